/**
 * What `--keep` leaves in the data folder for the next time: Temporal's database, the sandbox's books, and the keys.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { payloadKeysOf } from '../temporal/payload-key-settings.js';
import { type LocalSecrets, localSecretsSchema, newSecrets } from './merchant.js';

export interface Kept {
  readonly secrets: LocalSecrets;
  /** Of Temporal's server. */
  readonly databaseFile: string;
  /** Of the sandbox. */
  readonly booksFile: string;
  /** Whether a stack has left its data here before. */
  readonly isOld: boolean;
  /** Lets another stack have it. */
  release(): Promise<void>;
}

/**
 * @param folder - the data folder.
 * @param payloadKeys - encrypt from now on; those that were kept go on to decrypt.
 * @throws Error when another stack has it, or when a key does not fit what was kept.
 */
export async function openKept(folder: string, payloadKeys?: string): Promise<Kept> {
  const kept = path.join(folder, 'kept');
  await mkdir(kept, { recursive: true, mode: 0o700 });
  const release = await lock(path.join(kept, 'lock'));
  try {
    const file = path.join(kept, 'secrets.json');
    const secrets = existsSync(file)
      ? withKeys(await secretsIn(file), payloadKeys)
      : await newSecrets(payloadKeys);
    await writeFile(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    await rename(`${file}.new`, file);
    const databaseFile = path.join(kept, 'temporal.db');
    const booksFile = path.join(kept, 'sandbox.books');
    return { secrets, databaseFile, booksFile, isOld: existsSync(databaseFile), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function secretsIn(file: string): Promise<LocalSecrets> {
  try {
    return localSecretsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    const folder = path.dirname(file);
    throw new Error(`--keep: ${file} cannot be read: take ${folder} away to begin anew`);
  }
}

/** The given ones first; of those kept, the ones that they do not have. */
function withKeys(secrets: LocalSecrets, given: string | undefined): LocalSecrets {
  if (given === undefined) return secrets;
  const [newer, older] = [payloadKeysOf(given), payloadKeysOf(secrets.payloadKeys)];
  for (const [id, key] of newer.keys)
    if (older.keys.get(id)?.equals(key) === false)
      throw new RangeError(
        `PAYLOAD_KEYS: key "${id}" is not the one that what was kept is encrypted with: give it another ID`,
      );
  const entries = secrets.payloadKeys.split(',');
  const missing = entries.filter((entry) => !newer.keys.has(entry.split(':')[0] ?? ''));
  return { ...secrets, payloadKeys: [given, ...missing].join(',') };
}

/** Two servers must not have one database. @returns what gives it free. */
async function lock(file: string): Promise<() => Promise<void>> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder && isAlive(holder))
    throw new Error(`--keep: process ${holder} works with ${path.dirname(file)}: end it first`);
  // One that was killed has left its own.
  await rm(file, { force: true });
  const handle = await open(file, 'wx').catch(() => {
    throw new Error(`--keep: another process has just taken ${path.dirname(file)}`);
  });
  await handle.writeFile(String(process.pid));
  await handle.close();
  return () => rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
