/**
 * `programs.json`: what `npm run worker`, `gateway` and `codec` are told beside what runs on this machine; `running-stack.mjs` reads it.
 *
 * @module
 */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LocalSecrets } from './merchant.js';
import type { Program } from './processes.js';
import { oneMoreOfEach, type SiteParts } from './programs.js';

/** What a gateway knows of the one API key, for gateways of this machine. @returns the file's place. */
export async function writeKeysFile(folder: string, { apiKey }: LocalSecrets): Promise<string> {
  const file = path.join(folder, 'gateway-keys.json');
  await writeFile(file, JSON.stringify({ keys: [apiKey.entry] }), { mode: 0o600 });
  return file;
}

/**
 * Writes it, for its owner only.
 *
 * @param folder - the data folder, which this process has to itself.
 * @param by - which program it speaks of, such as `npm start`.
 * @param worker - more of a worker's variables.
 * @returns takes it away, and the gateway's keys.
 */
export async function writeProgramsFile(
  folder: string,
  by: string,
  site: SiteParts,
  worker: Program['environment'] = {},
): Promise<() => Promise<void>> {
  const file = path.join(folder, 'programs.json');
  const programs = oneMoreOfEach(site, worker);
  // One that was killed may have left its own, with another mode.
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify({ by, pid: process.pid, programs }), { mode: 0o600 });
  return async () => {
    await rm(file, { force: true });
    await rm(site.keysFile, { force: true });
  };
}
