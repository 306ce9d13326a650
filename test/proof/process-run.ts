import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { createDataConverter, payloadKeysOf } from '../../worker/encryption.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { Shop } from '../shop.js';
import { WorkerProcess } from '../worker-process.js';
import type { Cell } from './cells.js';
import { claimsOf, judge, type Verdict } from './verdict.js';

/** A call hangs no longer than its activity may run, so all must hang within this time. */
const GATHER_MS = 14_000;
/** Calls that were not under way when it broke prove nothing: they get another chance. */
const ROUNDS = 4;

/** Runs cells in which the worker is killed, or the Temporal server restarted, while their call is on its way. */
export async function runProcessBreakdowns(
  cells: readonly Cell[],
  say: (text: string) => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const breakdown of new Set(cells.map((cell) => cell.breakdown))) {
    const site = await Site.start();
    try {
      let left = cells.filter((cell) => cell.breakdown === breakdown);
      for (let round = 1; round <= ROUNDS && left.length > 0; round++) {
        say(`  ${breakdown}: ${left.length} calls on their way`);
        const { judged, missed } = await site.breakDuring(left);
        verdicts.push(...judged);
        left = missed;
      }
      const mistakes = ['the call was never on its way when it broke'];
      verdicts.push(...left.map((cell) => ({ cell, mistakes })));
    } finally {
      await site.stop();
    }
  }
  return verdicts;
}

/** One merchant's whole site, each part a process of its own. */
class Site {
  readonly #folder: string;
  readonly #sandbox: Sandbox;
  readonly #environment: Record<string, string>;
  readonly #shop: Shop;
  #temporal: TestWorkflowEnvironment;
  #worker: WorkerProcess;

  private constructor(parts: {
    folder: string;
    sandbox: Sandbox;
    environment: Record<string, string>;
    shop: Shop;
    temporal: TestWorkflowEnvironment;
  }) {
    this.#folder = parts.folder;
    this.#sandbox = parts.sandbox;
    this.#environment = parts.environment;
    this.#shop = parts.shop;
    this.#temporal = parts.temporal;
    this.#worker = new WorkerProcess(parts.environment);
  }

  static async start(): Promise<Site> {
    const folder = mkdtempSync(path.join(tmpdir(), 'doku-proof-'));
    const sandbox = await startSandbox({ port: 0 });
    const keys = `test:${randomBytes(32).toString('base64')}`;
    const temporal = await startDevServer({ dbFilename: path.join(folder, 'temporal.db') });
    const environment = {
      TEMPORAL_ADDRESS: temporal.address,
      DOKU_BASE_URL: sandbox.url,
      DOKU_CLIENT_ID: sandbox.clientId,
      DOKU_CLIENT_SECRET: sandbox.clientSecret,
      DOKU_PRIVATE_KEY: sandbox.merchantPrivateKeyPem ?? '',
      DOKU_AUTH_CODE_SECRET: sandbox.authCodeSecret,
      DOKU_SNAP_SETTINGS: JSON.stringify({
        corporateAccountNo: sandbox.corporateAccountNo,
        timeoutMs: 18_000,
      }),
      PAYLOAD_KEYS: keys,
      POLL_FIRST_MS: '300',
      POLL_MOST_MS: '1000',
      LOG_LEVEL: 'error',
    };
    const connection = await Connection.connect({ address: temporal.address });
    const dataConverter = createDataConverter(payloadKeysOf(keys));
    const shop = new Shop(new Client({ connection, dataConverter }), sandbox.url);
    return new Site({ folder, sandbox, environment, shop, temporal });
  }

  /** Drives all cells until their calls hang, breaks what their breakdown says, and lets them end. */
  async breakDuring(cells: readonly Cell[]): Promise<{ judged: Verdict[]; missed: Cell[] }> {
    const prepared = await Promise.all(cells.map((cell) => cell.scenario.prepare(this.#shop)));
    const references = new Map<Cell, string>();
    const drives = cells.map((cell, index) =>
      claimsOf(
        prepared[index]?.run(async (reference) => {
          references.set(cell, reference);
          await this.#hang(cell, reference);
        }) ?? Promise.resolve([]),
      ),
    );
    await this.#gathered(cells, references);
    const waiting = await this.#notReached();
    await (cells[0]?.breakdown === 'workerKilled' ? this.#killWorker() : this.#restartServer());
    const claims = await Promise.all(drives);
    const isMissed = (cell: Cell) => {
      const reference = references.get(cell);
      return reference === undefined || waiting.has(`${cell.scenario.call} ${reference}`);
    };
    const ended = cells.map((cell, index) => ({ cell, claims: claims[index] ?? [] }));
    const verdicts = await judge(this.#shop, ended);
    return {
      // What is wrong is wrong, whether the breakdown met the call or not.
      judged: verdicts.filter(({ cell, mistakes }) => !isMissed(cell) || mistakes.length > 0),
      missed: verdicts
        .filter(({ cell, mistakes }) => isMissed(cell) && mistakes.length === 0)
        .map(({ cell }) => cell),
    };
  }

  async stop(): Promise<void> {
    await this.#worker.end('SIGKILL');
    await this.#temporal.teardown();
    await this.#sandbox.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #hang({ scenario, when }: Cell, partnerReferenceNo: string): Promise<void> {
    await this.#shop.doku.fault({
      operation: scenario.call,
      fault: 'hang',
      when,
      delayMs: 60_000,
      match: { partnerReferenceNo },
    });
  }

  /** Waits until every cell's call hangs, or the first of them cannot hang any longer. */
  async #gathered(cells: readonly Cell[], references: ReadonlyMap<Cell, string>): Promise<void> {
    let firstAt: number | undefined;
    for (;;) {
      const waiting = await this.#notReached();
      if (references.size === cells.length && waiting.size === 0) return;
      if (waiting.size < references.size) firstAt ??= Date.now();
      if (firstAt !== undefined && Date.now() - firstAt > GATHER_MS) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Calls, with their reference, that no request has reached yet. */
  async #notReached(): Promise<Set<string>> {
    const faults = await this.#shop.doku.faults();
    return new Set(faults.map((fault) => `${fault.operation} ${fault.match?.partnerReferenceNo}`));
  }

  async #killWorker(): Promise<void> {
    await this.#worker.end('SIGKILL');
    this.#worker = new WorkerProcess(this.#environment);
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
