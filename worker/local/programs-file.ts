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

/** The API keys that gateways of this machine know. */
export interface GatewayKeysFile {
  readonly name: string;
  /** Takes it away, unless data are kept. */
  remove(): Promise<void>;
}

/** Writes the one of the secrets, and what was added where data are kept. */
export async function writeKeysFile(
  folder: string,
  { apiKey }: LocalSecrets,
  isKept: boolean,
): Promise<GatewayKeysFile> {
  const name = path.join(folder, 'gateway-keys.json');
  const before = isKept && existsSync(name) ? await keysIn(name) : [];
  const others = before.filter(({ id }) => id !== apiKey.entry.id);
  await writeFile(name, JSON.stringify({ keys: [apiKey.entry, ...others] }), { mode: 0o600 });
  return { name, remove: async () => (isKept ? undefined : await rm(name, { force: true })) };
}

/**
 * Writes `programs.json`, for its owner only.
 *
 * @param folder - the data folder, which this process has to itself.
 * @param by - which program it speaks of, such as `npm start`.
 * @param worker - more of a worker's variables.
 * @returns takes it away.
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
  return () => rm(file, { force: true });
}
