/**
 * `programs.json`: what `npm run worker`, `gateway` and `codec` are told beside what runs on this machine; `running-stack.mjs` reads it.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keysIn } from '../../gateway/access/keys-file.js';
import type { LocalSecrets } from './merchant.js';
import type { Program } from './processes.js';
import { oneMoreOfEach, type SiteParts } from './programs.js';

/**
 * The API keys that gateways of this machine know: the one of the secrets, and what was added where data are kept.
 *
 * @returns the file's place.
 */
export async function writeKeysFile(
  folder: string,
  { apiKey }: LocalSecrets,
  isKept: boolean,
): Promise<string> {
  const file = path.join(folder, 'gateway-keys.json');
  const before = isKept && existsSync(file) ? await keysIn(file) : [];
  const others = before.filter(({ id }) => id !== apiKey.entry.id);
  await writeFile(file, JSON.stringify({ keys: [apiKey.entry, ...others] }), { mode: 0o600 });
  return file;
}

/**
 * Writes it, for its owner only.
 *
 * @param folder - the data folder, which this process has to itself.
 * @param by - which program it speaks of, such as `npm start`.
 * @param worker - more of a worker's variables.
 * @returns takes it away, and the gateway's keys unless they are kept.
 */
export async function writeProgramsFile(
  folder: string,
  by: string,
  site: SiteParts,
  { worker = {}, isKept }: { worker?: Program['environment']; isKept: boolean },
): Promise<() => Promise<void>> {
  const file = path.join(folder, 'programs.json');
  const programs = oneMoreOfEach(site, worker);
  // One that was killed may have left its own, with another mode.
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify({ by, pid: process.pid, programs }), { mode: 0o600 });
  return async () => {
    await rm(file, { force: true });
    if (!isKept) await rm(site.keysFile, { force: true });
  };
}
