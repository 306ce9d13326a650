/**
 * A data folder belongs to one stack at a time: its `dev.env` speaks of one, and two servers must not have one database.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { typedName } from './dev-env.js';
import { processOf } from './process-table.js';

/** Who has a folder, as its `lock` says. */
const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  /** Such as `npm start`. */
  by: z.string(),
});

type Holder = z.output<typeof holderSchema>;

/**
 * @param by - which program it is, such as `npm start`.
 * @param beside - what is typed to have another one beside it.
 * @returns gives it free.
 * @throws Error naming the process that has it.
 */
export async function lockFolder(
  folder: string,
  by: string,
  beside: string,
): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'lock');
  const refuse = ({ by, pid }: Holder) => {
    throw new Error(
      `"${by}" runs with ${typedName(folder)} as process ${pid}: end it, or start another beside it: ${beside}`,
    );
  };
  const before = await holderIn(file);
  if (before !== undefined && isThere(before)) refuse(before);
  // One that was killed has left its own.
  if (existsSync(file)) await rm(file, { force: true });
  const us = { pid: process.pid, startedAt: processOf(process.pid)?.startedAt ?? '', by };
  const aside = `${file}.${randomUUID()}`;
  await writeFile(aside, JSON.stringify(us), { mode: 0o600 });
  try {
    // Whole or not at all, and the first of two has it.
    await link(aside, file);
  } catch (error) {
    const other = await holderIn(file);
    if (other !== undefined) refuse(other);
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
  return () => rm(file, { force: true });
}

async function holderIn(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Another process may have got the number since. */
const isThere = ({ pid, startedAt }: Holder) =>
  pid !== process.pid && processOf(pid)?.startedAt === startedAt;
