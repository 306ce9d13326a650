import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the rooms' files the one that is looked for, as no other project has it. */
const MARK = path.join('worker', 'temporal', 'failure-converter.cjs');

/**
 * The folder of the rooms: a checkout's, or `dist/` of the built package. Searched for upwards, as the build puts this code
 * into files of other depths. The root of all folders where a backend has bundled this code into a file of its own.
 */
export const ROOMS_FOLDER = roomsAbove(ownFolder());

function ownFolder(): string {
  // A bundle in CommonJS has no URL.
  const url: string | undefined = import.meta.url;
  return url === undefined ? path.resolve('/') : path.dirname(fileURLToPath(url));
}

function roomsAbove(folder: string): string {
  const above = path.dirname(folder);
  if (above === folder || existsSync(path.join(folder, MARK))) return folder;
  return roomsAbove(above);
}
