import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the rooms: a checkout's, or `dist/` of the built package. Searched for upwards, as the build puts this code
 * into files of other depths.
 */
export const ROOMS_FOLDER = roomsAbove(path.dirname(fileURLToPath(import.meta.url)));

function roomsAbove(folder: string): string {
  const isThere =
    existsSync(path.join(folder, 'workflows')) && existsSync(path.join(folder, 'worker'));
  const above = path.dirname(folder);
  if (isThere || above === folder) return folder;
  return roomsAbove(above);
}
