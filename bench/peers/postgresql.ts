import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../../worker/local/free-port.js';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

export interface PostgreSql {
  /** `postgresql://…` without a database. */
  readonly url: string;
  readonly pid: number;
  /** Ends it and forgets all that it held. */
  stop(): Promise<void>;
}

/** @returns the folder that holds the distribution's `initdb` and `postgres`, if it is installed. */
export async function findPostgreSql(): Promise<string | undefined> {
  const asked = await run('pg_config', ['--bindir']).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  );
  const versions = await readdir(DEBIAN).catch(() => []);
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...asked,
    ...newestFirst.map((version) => path.join(DEBIAN, version, 'bin')),
  ];
  return folders.find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(path.join(folder, program))),
  );
}

/** Starts a cluster of its own in a temporary folder, with every setting that matters to durability as it comes. */
export async function startPostgreSql(binaries: string): Promise<PostgreSql> {
  const folder = await mkdtemp(path.join(tmpdir(), 'doku-journeys-postgresql-'));
  try {
    const user = await unprivileged();
    if (user) await chown(folder, user.uid, user.gid);
    const data = path.join(folder, 'data');
    await run(
      path.join(binaries, 'initdb'),
      ['-D', data, '--username=bench', '--auth=trust', '--encoding=UTF8', '--locale=C'],
      { ...user, cwd: folder },
    );
    const port = await freePort();
    const server = spawn(
      path.join(binaries, 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await ready(server);
    return {
      url: `postgresql://bench@127.0.0.1:${port}`,
      pid: server.pid as number,
      stop: async () => {
        await ended(server);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string, name: string) => Number((await run('id', [flag, name])).stdout);
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: await idOf('-u', name), gid: await idOf('-g', name) };
    } catch {
      // The next one, then.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"');
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  // PostgreSQL's "fast shutdown": it does not wait for clients.
  server.kill('SIGINT');
  await exited;
}

async function ready(server: ChildProcess): Promise<void> {
  const output: string[] = [];
  for await (const line of createInterface({ input: server.stderr as NodeJS.ReadableStream })) {
    if (line.includes('ready to accept connections')) {
      server.stderr?.resume();
      return;
    }
    output.push(line);
  }
  throw new Error(`PostgreSQL did not start:\n${output.join('\n')}`);
}
