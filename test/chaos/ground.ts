import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtProduct } from '../../bench/build.js';
import { Program } from '../../bench/program.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { newPayloadKey } from '../setting/payload-keys.js';
import { corporateFunds } from './corporate-funds.js';

/** What a site stands on: Temporal, and DOKU. */
export interface Ground {
  readonly temporalAddress: string;
  readonly sandboxUrl: string;
  readonly payloadKeys: string;
  /** Where it has DOKU's notifications come in, if it has its own mind about that. */
  readonly doorPort?: number;
  /** Variables of every worker. */
  readonly environment: Readonly<Record<string, string>>;
  restartServer(): Promise<void>;
  /** Of a server that has one apart from itself. */
  restartDatabase?(): Promise<void>;
  stop(): Promise<void>;
}

interface SandboxLine {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authCodeSecret: string;
  readonly corporateAccountNo: string;
  readonly dokuPublicKeyPem: string;
  readonly merchantPrivateKeyFile: string;
}

/**
 * Temporal's dev server with a database that outlives it, and the built sandbox, each in a process of its own.
 *
 * @param doorPort - where DOKU's notifications go: the way to the workers' own doors.
 */
export async function startDevGround(doorPort: number): Promise<Ground> {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-chaos-'));
  const dbFilename = path.join(folder, 'temporal.db');
  const sandbox = await Program.start({
    args: [path.join(await builtProduct(), 'sandbox', 'main.js')],
    environment: {
      SANDBOX_PORT: '0',
      SANDBOX_NOTIFY_URL: `http://127.0.0.1:${doorPort}/v1.0/debit/notify`,
    },
    isReady: (line) => line.startsWith('{'),
  });
  const merchant = JSON.parse(sandbox.readyLine) as SandboxLine;
  await corporateFunds(merchant.url);
  // It complains of every request that a killed worker has no answer to.
  const settings = { dbFilename, logLevel: 'never' } as const;
  let temporal = await startDevServer(settings);
  const { address } = temporal;
  const payloadKeys = newPayloadKey('chaos');
  return {
    temporalAddress: address,
    sandboxUrl: merchant.url,
    payloadKeys,
    environment: await workerEnvironment(merchant, address, payloadKeys),
    restartServer: async () => {
      await temporal.teardown();
      temporal = await startDevServer({ ...settings, port: Number(address.split(':').at(-1)) });
    },
    stop: async () => {
      await temporal.teardown();
      await sandbox.stop();
      await rm(path.dirname(merchant.merchantPrivateKeyFile), { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function workerEnvironment(merchant: SandboxLine, address: string, payloadKeys: string) {
  return {
    TEMPORAL_ADDRESS: address,
    DOKU_BASE_URL: merchant.url,
    DOKU_CLIENT_ID: merchant.clientId,
    DOKU_CLIENT_SECRET: merchant.clientSecret,
    DOKU_PRIVATE_KEY: await readFile(merchant.merchantPrivateKeyFile, 'utf8'),
    DOKU_AUTH_CODE_SECRET: merchant.authCodeSecret,
    DOKU_PUBLIC_KEY: merchant.dokuPublicKeyPem,
    DOKU_SNAP_SETTINGS: JSON.stringify({
      corporateAccountNo: merchant.corporateAccountNo,
      ...HURRIED_SNAP,
    }),
    PAYLOAD_KEYS: payloadKeys,
    ...HURRIED,
  };
}

/** Gives up on a hanging DOKU quickly. */
export const HURRIED_SNAP = { timeoutMs: 2_500 };

/** Asks often, and takes an absence for proof as soon as a plan's lags are over. */
export const HURRIED: Readonly<Record<string, string>> = {
  POLL_FIRST_MS: '300',
  POLL_MOST_MS: '1000',
  SHUTDOWN_GRACE_MS: '1000',
  ABSENT_AFTER: '10 seconds',
  TRANSFER_ABSENT_AFTER: '20 seconds',
};
