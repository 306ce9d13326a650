import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { SnapSettingsInput } from '../../activities/snap/settings.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { assertAllReplay } from './histories.js';
import { clientWith, newPayloadKey } from './payload-keys.js';
import { Shop } from './shop.js';
import { merchantOf, WorkerProcess } from './worker-process.js';

interface ProcessSiteOptions {
  readonly settings?: SnapSettingsInput;
  /** More of the worker's variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One merchant's whole site, with workers and a Temporal server that can break. */
export class ProcessSite {
  readonly sandbox: Sandbox;
  readonly client: Client;
  readonly shop: Shop;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #workers: WorkerProcess[] = [];
  #temporal: TestWorkflowEnvironment | undefined;

  private constructor(parts: {
    folder: string;
    sandbox: Sandbox;
    environment: Readonly<Record<string, string>>;
    client: Client;
    temporal: TestWorkflowEnvironment;
  }) {
    this.#folder = parts.folder;
    this.sandbox = parts.sandbox;
    this.#environment = parts.environment;
    this.client = parts.client;
    this.shop = new Shop(parts.client, parts.sandbox.url);
    this.#temporal = parts.temporal;
  }

  /** Starts it with one worker. */
  static async start({ settings, environment }: ProcessSiteOptions = {}): Promise<ProcessSite> {
    const folder = mkdtempSync(path.join(tmpdir(), 'doku-site-'));
    const sandbox = await startSandbox({ port: 0 });
    const keys = environment?.PAYLOAD_KEYS ?? newPayloadKey();
    const temporal = await startDevServer({ dbFilename: path.join(folder, 'temporal.db') });
    const connection = await Connection.connect({ address: temporal.address });
    const site = new ProcessSite({
      folder,
      sandbox,
      client: clientWith(connection, keys),
      temporal,
      environment: {
        TEMPORAL_ADDRESS: temporal.address,
        ...merchantOf(sandbox),
        DOKU_SNAP_SETTINGS: JSON.stringify({
          corporateAccountNo: sandbox.corporateAccountNo,
          ...settings,
        }),
        PAYLOAD_KEYS: keys,
        LOG_LEVEL: 'error',
        ...environment,
      },
    });
    site.startWorker();
    return site;
  }

  /** The one that was started last. */
  get worker(): WorkerProcess {
    const worker = this.#workers.at(-1);
    if (worker === undefined) throw new Error('the site has no worker');
    return worker;
  }

  /** One more, beside those that are there. */
  startWorker(): void {
    const worker = new WorkerProcess(this.#environment);
    worker.tellOfItsEnd();
    this.#workers.push(worker);
  }

  readonly renewWorker = async (): Promise<void> => {
    await this.worker.end('SIGKILL');
    this.startWorker();
  };

  async restartServer(): Promise<void> {
    const port = Number(this.#environment.TEMPORAL_ADDRESS?.split(':').at(-1));
    await this.stopServer();
    this.#temporal = await startDevServer({ port, dbFilename: this.#database });
  }

  get #database(): string {
    return path.join(this.#folder, 'temporal.db');
  }

  /** Keeps what Temporal's database holds by now. */
  async backUp(): Promise<void> {
    await this.stopServer();
    copyFileSync(this.#database, `${this.#database}.backup`);
    await this.restartServer();
  }

  /** Stops all workers and the server, and gives Temporal the database of the backup: workers are to be started anew. */
  async restore(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end('SIGKILL')));
    await this.stopServer();
    for (const written of ['', '-wal', '-shm'])
      rmSync(`${this.#database}${written}`, { force: true });
    copyFileSync(`${this.#database}.backup`, this.#database);
    await this.restartServer();
  }

  async stopServer(): Promise<void> {
    await this.#temporal?.teardown();
    this.#temporal = undefined;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end('SIGKILL')));
    try {
      await this.#assertAllReplay();
    } finally {
      await this.#end();
    }
  }

  async #assertAllReplay(): Promise<void> {
    // Without its server there is nobody to tell.
    if (this.#temporal === undefined) return;
    const keys = payloadKeysOf(this.#environment.PAYLOAD_KEYS ?? '');
    await assertAllReplay({ client: this.client, dataConverter: createDataConverter(keys) });
  }

  async #end(): Promise<void> {
    await this.client.connection.close();
    await this.stopServer();
    await this.sandbox.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
