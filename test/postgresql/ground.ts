import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ComposeService, readCompose } from '../setting/compose-file.js';
import { type Binaries, obtainBinaries } from './binaries.js';
import { ThisMachine } from './this-machine.js';

const run = promisify(execFile);
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What an operator would put into `.env`. */
const VARIABLES = { DOKU_CLIENT_ID: 'BRN-POSTGRESQL' };
/** Ports that containers have, by their numbers in the compose files. */
const PORTS = ['5432', '8000', '8080', '8081', '8082', '9464', '4780'];
/** Ports of Temporal's server that the compose file leaves as they are: a container has them for itself. */
const SERVER_PORTS = {
  FRONTEND_GRPC_PORT: '7233',
  FRONTEND_HTTP_PORT: '7243',
  FRONTEND_MEMBERSHIP_PORT: '6933',
  HISTORY_GRPC_PORT: '7234',
  HISTORY_MEMBERSHIP_PORT: '6934',
  MATCHING_GRPC_PORT: '7235',
  MATCHING_MEMBERSHIP_PORT: '6935',
  WORKER_GRPC_PORT: '7239',
  WORKER_MEMBERSHIP_PORT: '6939',
};

/** What a site stands on: its folder, the programs, and the compose files as this machine reads them. */
export class Ground {
  readonly folder: string;
  readonly binaries: Binaries;
  readonly machine: ThisMachine;
  readonly #services: Readonly<Record<string, ComposeService>>;

  private constructor(folder: string, binaries: Binaries, machine: ThisMachine) {
    this.folder = folder;
    this.binaries = binaries;
    this.machine = machine;
    this.#services = services();
  }

  /** @throws MissingError */
  static async prepare(): Promise<Ground> {
    const binaries = await obtainBinaries();
    const folder = mkdtempSync(path.join(tmpdir(), 'doku-site-'));
    const machine = await ThisMachine.withPorts([...PORTS, ...Object.values(SERVER_PORTS)], {
      '/run/secrets/': `${folder}/secrets/`,
      '/deploy/': `${ROOT}deploy/temporal/`,
    });
    return new Ground(folder, binaries, machine);
  }

  readonly service = (name: string): ComposeService => {
    const service = this.#services[name];
    if (!service) throw new Error(`the compose files have no ${name}`);
    return service;
  };

  get databasePassword(): string {
    return readFileSync(this.environment('postgresql').POSTGRES_PASSWORD_FILE ?? '', 'utf8').trim();
  }

  /** Exactly the service's variables, with places of this machine. */
  environment(name: string): Record<string, string> {
    return {
      PATH: this.binaries.path,
      ...this.machine.environment(this.service(name).environment),
      ...(name === 'temporal' && this.machine.environment(SERVER_PORTS)),
    };
  }

  /** Runs a service that does its work and ends. @throws Error with what it printed, when it fails. */
  async runOnce(name: string): Promise<void> {
    const [program = '', ...args] = this.service(name).command ?? [];
    const here = args.map((arg) => this.machine.translated(arg));
    await run(program, here, { env: this.environment(name) }).catch((error) => {
      throw new Error(`${name} failed: ${error.stderr}${error.stdout}`);
    });
  }

  /** Asks PostgreSQL. @returns rows as lines, columns apart by `|`. */
  async sql(database: string, statement: string): Promise<string> {
    const { POSTGRES_USER = '' } = this.environment('postgresql');
    const { stdout } = await run(
      this.binaries.psql,
      ['-At', '-h', '127.0.0.1', '-U', POSTGRES_USER, '-d', database, '-c', statement],
      {
        env: { PGPORT: String(this.machine.port('5432')), PGPASSWORD: this.databasePassword },
      },
    );
    return stdout.trim();
  }
}

/** Both files, the second over the first as compose lays them. */
function services(): Record<string, ComposeService> {
  const first = readCompose('docker-compose.yml', VARIABLES).services;
  const second = readCompose('docker-compose.sandbox.yml', VARIABLES).services;
  const merged = Object.entries(second).map(([name, service]) => {
    const environment = { ...first[name]?.environment, ...service.environment };
    return [name, { ...first[name], ...service, environment }];
  });
  return { ...first, ...Object.fromEntries(merged) };
}
