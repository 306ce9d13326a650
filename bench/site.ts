import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { startDevServer } from '../worker/local/dev-server.js';
import { freePort } from '../worker/local/free-port.js';
import { builtProduct } from './build.js';
import { Program } from './program.js';

/** DOKU's credentials of the merchant at one sandbox. */
export interface Merchant {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM. */
  readonly privateKey: string;
  readonly authCodeSecret: string;
  readonly corporateAccountNo: string;
}

/** An account that is bound at DOKU, with money in it. */
export interface Customer {
  readonly customerId: string;
  readonly accountId: string;
  readonly linkId: string;
  /** Good for one exchange into a customer token. */
  readonly authCode: string;
}

/** A DOKU sandbox in a process of its own, and a Temporal server that contenders may share. */
export interface Site {
  readonly sandboxUrl: string;
  readonly sandboxPid: number;
  readonly merchant: Merchant;
  readonly temporal: TemporalServer;
  /** The same for all that encrypt. */
  readonly payloadKeys: string;
  readonly customers: readonly Customer[];
  /** The customer pays on DOKU's page with the PIN. */
  pay(partnerReferenceNo: string): Promise<void>;
  stop(): Promise<void>;
}

export interface TemporalServer {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** The dev server with the settings that every contender gets. */
export async function startTemporal(): Promise<TemporalServer> {
  const port = await freePort();
  if (port === undefined) throw new Error('no port is free');
  const server = await startDevServer({ port });
  return { address: server.address, port, stop: () => server.teardown() };
}

/** Starts a sandbox with its customers; each contender gets one, as DOKU honours only the latest token of a client. */
export async function startSite(temporal: TemporalServer, customers: number): Promise<Site> {
  const sandbox = await Program.start({
    args: [path.join(await builtProduct(), 'sandbox', 'main.js')],
    environment: { SANDBOX_PORT: '0' },
    isReady: (line) => line.startsWith('{'),
  });
  const { url, merchantPrivateKeyFile, ...merchant } = JSON.parse(sandbox.readyLine) as Merchant & {
    url: string;
    merchantPrivateKeyFile: string;
  };
  const privateKey = await readFile(merchantPrivateKeyFile, 'utf8');
  return {
    sandboxUrl: url,
    sandboxPid: sandbox.pid,
    merchant: { ...merchant, privateKey },
    temporal,
    payloadKeys: `bench:${randomBytes(32).toString('base64')}`,
    customers: await boundCustomers(url, customers),
    pay: async (partnerReferenceNo) => {
      await control(url, `purchases/${partnerReferenceNo}/customer`, { action: 'pay' });
    },
    stop: async () => {
      await sandbox.stop();
      await rm(path.dirname(merchantPrivateKeyFile), { recursive: true, force: true });
    },
  };
}

async function boundCustomers(url: string, count: number): Promise<Customer[]> {
  const customers: Customer[] = [];
  for (let index = 0; index < count; index++) {
    const account = await control<Omit<Customer, 'customerId'>>(url, 'accounts', {
      phoneNo: `62812${String(10_000_000 + index)}`,
      balance: '1000000000.00',
      bound: true,
    });
    customers.push({ ...account, customerId: `customer-${index + 1}` });
  }
  return customers;
}

/** The sandbox's control API. */
export async function control<T>(url: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${url}/_control/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
