import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { SnapSettingsInput } from '../../activities/snap/settings.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { createDataConverter, payloadKeysOf } from '../../worker/encryption.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { Shop } from '../shop.js';
import { merchantOf, WorkerProcess } from '../worker-process.js';
import type { ProcessBreakdown } from './cells.js';
import type { Site } from './merchant-wide.js';

/** One merchant's whole site, with a worker and a Temporal server that can break. */
export class ProcessSite implements Site {
  readonly sandbox: Sandbox;
  readonly client: Client;
  readonly shop: Shop;
  readonly #folder: string;
  readonly #environment: Record<string, string>;
  #temporal: TestWorkflowEnvironment;
  #worker: WorkerProcess;

  private constructor(parts: {
    folder: string;
    sandbox: Sandbox;
    environment: Record<string, string>;
    client: Client;
    temporal: TestWorkflowEnvironment;
  }) {
    this.#folder = parts.folder;
    this.sandbox = parts.sandbox;
    this.#environment = parts.environment;
    this.client = parts.client;
    this.shop = new Shop(parts.client, parts.sandbox.url);
    this.#temporal = parts.temporal;
    this.#worker = new WorkerProcess(parts.environment);
  }

  static async start(settings: SnapSettingsInput = {}): Promise<ProcessSite> {
    const folder = mkdtempSync(path.join(tmpdir(), 'doku-proof-'));
    const sandbox = await startSandbox({ port: 0 });
    const keys = `test:${randomBytes(32).toString('base64')}`;
    const temporal = await startDevServer({ dbFilename: path.join(folder, 'temporal.db') });
    const environment = {
      TEMPORAL_ADDRESS: temporal.address,
      ...merchantOf(sandbox),
      DOKU_SNAP_SETTINGS: JSON.stringify({
        corporateAccountNo: sandbox.corporateAccountNo,
        timeoutMs: 18_000,
        ...settings,
      }),
      PAYLOAD_KEYS: keys,
      POLL_FIRST_MS: '300',
      POLL_MOST_MS: '1000',
      LOG_LEVEL: 'error',
    };
    const connection = await Connection.connect({ address: temporal.address });
    const dataConverter = createDataConverter(payloadKeysOf(keys));
    const client = new Client({ connection, dataConverter });
    return new ProcessSite({ folder, sandbox, environment, client, temporal });
  }

  async break(breakdown: ProcessBreakdown): Promise<void> {
    await (breakdown === 'workerKilled' ? this.renewWorker() : this.#restartServer());
  }

  readonly renewWorker = async (): Promise<void> => {
    await this.#worker.end('SIGKILL');
    this.#worker = new WorkerProcess(this.#environment);
  };

  async stop(): Promise<void> {
    await this.#worker.end('SIGKILL');
    await this.#temporal.teardown();
    await this.sandbox.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #restartServer(): Promise<void> {
    const port = Number(new URL(`http://${this.#temporal.address}`).port);
    await this.#temporal.teardown();
    this.#temporal = await startDevServer({
      port,
      dbFilename: path.join(this.#folder, 'temporal.db'),
    });
  }
}
