/**
 * What the site runs from where there is no container engine: PostgreSQL of this machine, and Temporal's server built by
 * Go from the version that docker-compose.yml names.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEV_SERVER, obtain } from '../../worker/local/binaries.js';
import { imageVersion, readCompose } from '../setting/compose-file.js';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../.local/bin', import.meta.url));
const DEBIAN = '/usr/lib/postgresql';
const POSTGRESQL = ['initdb', 'postgres', 'psql', 'pg_isready'] as const;

/** Something that only the machine's owner can install is not there. */
export class MissingError extends Error {
  override readonly name = 'MissingError';
}

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly psql: string;
  readonly server: string;
  /** As PATH for the scripts in deploy/: with `temporal-sql-tool`, `temporal`, `pg_isready`. */
  readonly path: string;
}

/** Finds PostgreSQL and builds the server, unless that was done before. @throws MissingError */
export async function obtainBinaries(): Promise<Binaries> {
  const postgresql = postgresqlFolder();
  for (const tool of ['openssl', 'wget']) found(tool, tool);
  const temporal = await builtServer();
  const cli = await obtain(DEV_SERVER);
  if (cli.type !== 'existing-path')
    throw new MissingError(`name the temporal CLI by ${DEV_SERVER.variable}`);
  return {
    initdb: path.join(postgresql, 'initdb'),
    postgres: path.join(postgresql, 'postgres'),
    psql: path.join(postgresql, 'psql'),
    server: path.join(temporal, 'server'),
    path: [temporal, path.dirname(cli.path), postgresql, process.env.PATH].join(path.delimiter),
  };
}

function postgresqlFolder(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort().reverse() : [];
  const folders = [...pathFolders(), ...versions.map((each) => path.join(DEBIAN, each, 'bin'))];
  const folder = folders.find((each) =>
    POSTGRESQL.every((name) => existsSync(path.join(each, name))),
  );
  if (folder !== undefined) return folder;
  throw new MissingError(`PostgreSQL is missing: no folder holds ${POSTGRESQL.join(', ')}`);
}

async function builtServer(): Promise<string> {
  const { temporal = {} } = readCompose('docker-compose.yml', {
    DOKU_CLIENT_ID: 'unused',
  }).services;
  const version = imageVersion(temporal);
  const folder = path.join(FOLDER, `temporal-server-${version}`);
  if (existsSync(folder)) return folder;
  const go = found('go', `Go, which builds Temporal's server ${version},`);
  process.stderr.write(`Building Temporal's server ${version} (once, some minutes)…\n`);
  await mkdir(FOLDER, { recursive: true });
  const aside = await mkdtemp(path.join(FOLDER, 'building-'));
  try {
    await install(go, version, aside);
    await symlink('sql', path.join(aside, 'temporal-sql-tool'));
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

async function install(go: string, version: string, folder: string): Promise<void> {
  const programs = ['server', 'tools/sql'].map(
    (program) => `go.temporal.io/server/cmd/${program}@v${version}`,
  );
  try {
    const env = { ...process.env, GOBIN: folder };
    await run(go, ['install', ...programs], { env });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const reason = stderr.split('\n').filter((line) => line && !line.startsWith('go: downloading'));
    throw new MissingError(
      `Temporal's server ${version} cannot be built: ${reason.join('\n') || message}`,
    );
  }
}

const pathFolders = () => (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);

function found(name: string, what: string): string {
  const file = pathFolders()
    .map((folder) => path.join(folder, name))
    .find((each) => existsSync(each));
  if (file === undefined) throw new MissingError(`${what} is missing`);
  return file;
}
