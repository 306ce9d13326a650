/**
 * The site of docker-compose.yml and docker-compose.sandbox.yml as processes of this machine: the same programs in the
 * same versions, given the same variables, scripts, secrets and health checks.
 *
 * @module
 */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Client, Connection } from '@temporalio/client';
import { clientWith } from '../setting/payload-keys.js';
import { Shop } from '../setting/shop.js';
import { Ground, ROOT } from './ground.js';
import { Part } from './part.js';

const run = promisify(execFile);

export type PartName = 'postgresql' | 'temporal' | 'sandbox' | 'worker';

export interface Site {
  readonly ground: Ground;
  readonly parts: Readonly<Record<PartName, Part>>;
  readonly client: Client;
  readonly shop: Shop;
  /** Ends everything and forgets all data. */
  stop(): Promise<void>;
}

/**
 * Starts everything in the order that `depends_on` gives.
 *
 * @param more - variables of the worker beyond the compose file's.
 * @throws MissingError where the machine lacks a program.
 */
export async function startSite(more: Readonly<Record<string, string>> = {}): Promise<Site> {
  const ground = await Ground.prepare();
  const parts = partsOf(ground, more);
  const stop = async () => {
    for (const name of ['worker', 'sandbox', 'temporal'] as const) await parts[name].stop();
    await parts.postgresql.stop();
    rmSync(ground.folder, { recursive: true, force: true });
  };
  try {
    await run('sh', [`${ROOT}deploy/sandbox-secrets.sh`, `${ground.folder}/secrets`]);
    await createCluster(ground);
    await parts.postgresql.start();
    await ground.runOnce('schema');
    await parts.temporal.start();
    await ground.runOnce('namespace');
    await parts.sandbox.start();
    await parts.worker.start();
    const client = await clientOf(ground);
    const sandbox = `http://127.0.0.1:${ground.machine.port('4780')}`;
    return { ground, parts, client, shop: new Shop(client, sandbox), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function partsOf(ground: Ground, more: Readonly<Record<string, string>>) {
  const { binaries, machine, folder } = ground;
  const part = (name: PartName, command: readonly string[], extra = {}) =>
    new Part({
      name,
      command,
      environment: { ...ground.environment(name), ...extra },
      healthcheck: (ground.service(name).healthcheck?.test ?? []).map((word) =>
        machine.translated(word),
      ),
      logFile: path.join(folder, `${name}.log`),
      ...(name === 'postgresql' && { user: databaseUser() }),
    });
  const port = String(machine.port('5432'));
  const [, ...settings] = ground.service('postgresql').command ?? [];
  return {
    postgresql: part(
      'postgresql',
      [binaries.postgres, '-D', dataOf(ground), '-p', port, '-k', '', ...settings],
      { PGHOST: '127.0.0.1', PGPORT: port },
    ),
    // In the entry point's place, which asks a container's host name for what is one address here.
    temporal: part('temporal', [
      ...commandOf(ground, 'temporal').slice(0, -1),
      binaries.server,
      'start',
    ]),
    sandbox: part('sandbox', [process.execPath, `${ROOT}dist/sandbox/main.js`]),
    worker: part('worker', [process.execPath, `${ROOT}dist/worker/main.js`], more),
  };
}

const commandOf = ({ machine, service }: Ground, name: string) =>
  (service(name).command ?? []).map((word) => machine.translated(word));

const dataOf = ({ folder }: Ground) => path.join(folder, 'data');

/** PostgreSQL refuses to run as root. */
function databaseUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (kind: '-u' | '-g') =>
    Number(execFileSync('sh', ['-c', `id ${kind} postgres || id ${kind} nobody`]));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** What the image does at its first start. */
async function createCluster(ground: Ground): Promise<void> {
  const { POSTGRES_USER = '' } = ground.environment('postgresql');
  const passwordFile = path.join(ground.folder, 'password');
  writeFileSync(passwordFile, ground.databasePassword);
  mkdirSync(dataOf(ground));
  const user = databaseUser();
  if (user) {
    chmodSync(ground.folder, 0o755);
    for (const file of [passwordFile, dataOf(ground)]) chownSync(file, user.uid, user.gid);
  }
  await run(
    ground.binaries.initdb,
    ['-D', dataOf(ground), '-U', POSTGRES_USER, '-A', 'scram-sha-256', '--pwfile', passwordFile],
    { ...user, env: { PATH: ground.binaries.path } },
  );
}

async function clientOf(ground: Ground): Promise<Client> {
  const address = `127.0.0.1:${ground.machine.port('7233')}`;
  const keys = readFileSync(path.join(ground.folder, 'secrets/payload_keys'), 'utf8').trim();
  const connection = await Connection.connect({ address });
  return clientWith(connection, keys);
}
