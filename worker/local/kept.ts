/**
 * What `--keep` leaves in the data folder for the next time: Temporal's database, the sandbox's books, and the keys.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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
}

/**
 * @param folder - the data folder, which this process has to itself.
 * @param payloadKeys - encrypt from now on; those that were kept go on to decrypt.
 * @throws Error when a key does not fit what was kept.
 */
export async function openKept(folder: string, payloadKeys?: string): Promise<Kept> {
  const kept = path.join(folder, 'kept');
  await mkdir(kept, { recursive: true, mode: 0o700 });
  const file = path.join(kept, 'secrets.json');
  const secrets = existsSync(file)
    ? withKeys(await secretsIn(file), payloadKeys)
    : await newSecrets(payloadKeys);
  await writeFile(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
  const databaseFile = path.join(kept, 'temporal.db');
  const booksFile = path.join(kept, 'sandbox.books');
  return { secrets, databaseFile, booksFile, isOld: existsSync(databaseFile) };
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
