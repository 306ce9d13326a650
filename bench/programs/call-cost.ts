/**
 * Measures a signed call of the product's beside a bare `node-fetch`, in a process of its own: `call-cost.ts FOLDER URL
 * CALLS TURNS WARM_UP`. Prints one line of JSON.
 *
 * @module
 */
import http from 'node:http';
import path from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import fetch from 'node-fetch';
import type * as snap from '../../activities/snap/index.js';

/** What one call took, turn by turn. */
export interface CallCost {
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  /** On the heap and beside it; only where nothing was collected meanwhile. */
  readonly bytes: readonly number[];
}
export interface CallCosts {
  readonly ours: CallCost;
  readonly bare: CallCost;
  /** Bare, but for the product's limit of time. */
  readonly limited: CallCost;
}

type Call = () => Promise<void>;

const SECRET = 'SK-bench-secret-0001';
const CLIENT_ID = 'BRN-0233-1677740003693';
const TOKEN = 'b'.repeat(400);
const REQUEST = { originalPartnerReferenceNo: 'INV-2026-0001' };

async function main([folder = '', url = '', ...counts]: string[]): Promise<void> {
  const [calls = 0, turns = 0, warmUp = 0] = counts.map(Number);
  const product: typeof snap = await import(
    pathToFileURL(path.join(folder, 'activities', 'snap', 'index.js')).href
  );
  const { timeoutMs } = product.snapSettings({ baseUrl: url });
  const contenders = {
    ours: signedCall(product, url),
    bare: bareCall(product, url),
    limited: bareCall(product, url, () => ({ signal: AbortSignal.timeout(timeoutMs) })),
  };
  const costs = { ours: noCost(), bare: noCost(), limited: noCost() };
  const order = ['ours', 'bare', 'limited'] as const;
  for (const call of Object.values(contenders)) await repeated(call, warmUp);
  for (let turn = 0; turn < turns; turn++) {
    for (const name of turn % 2 ? order : order.toReversed())
      await measure(contenders[name], calls, costs[name]);
  }
  process.stdout.write(`${JSON.stringify(costs satisfies CallCosts)}\n`);
}

/** Query Purchase through the product's client, with tokens at hand. */
function signedCall({ createSnapClient, snapSettings }: typeof snap, url: string): Call {
  const issued = { accessToken: TOKEN, generation: 1, expiresAt: '2100-01-01T00:00:00+07:00' };
  const client = createSnapClient({
    settings: snapSettings({ baseUrl: url }),
    credentials: { clientId: CLIENT_ID, clientSecret: SECRET, privateKey: 'not needed here' },
    tokens: { b2b: async () => issued, customer: async () => issued },
  });
  return async () => {
    const { kind } = await client.purchaseStatus(REQUEST, { customerId: 'customer-1' });
    if (kind !== 'succeeded') throw new Error(`the call ${kind}`);
  };
}

/** The same bytes on the same connections, signed once, its answer read as JSON. */
function bareCall(
  { symmetricSignature, jakartaTime }: typeof snap,
  url: string,
  limits: () => { signal?: AbortSignal } = () => ({}),
): Call {
  const requestPath = '/snap-adapter/b2b2c/v1.0/debit/status';
  const body = JSON.stringify({ ...REQUEST, serviceCode: '17' });
  const timestamp = jakartaTime(new Date());
  const signature = symmetricSignature({
    method: 'POST',
    path: requestPath,
    accessToken: TOKEN,
    body,
    timestamp,
    clientSecret: SECRET,
  });
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-partner-id': CLIENT_ID,
    'x-external-id': '20261125'.padEnd(32, '0'),
    'x-signature': signature ?? '',
    authorization: `Bearer ${TOKEN}`,
    'authorization-customer': `Bearer ${TOKEN}`,
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 128, scheduling: 'lifo' });
  return async () => {
    const options = { method: 'POST', headers, body, agent, ...limits() };
    const response = await fetch(`${url}${requestPath}`, options);
    const answer = (await response.json()) as { latestTransactionStatus?: string };
    if (answer.latestTransactionStatus !== '00') throw new Error('the bare call failed');
  };
}

const noCost = () => ({ ms: [] as number[], cpuMs: [] as number[], bytes: [] as number[] });

async function measure(call: Call, calls: number, cost: ReturnType<typeof noCost>) {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  globalThis.gc?.();
  // The observer hears of that collection a turn of the loop later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.observe({ entryTypes: ['gc'] });
  const cpu = process.cpuUsage();
  const bytes = allocated();
  const began = performance.now();
  await repeated(call, calls);
  const ms = performance.now() - began;
  const grown = allocated() - bytes;
  const { user, system } = process.cpuUsage(cpu);
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.disconnect();
  cost.ms.push(ms / calls);
  cost.cpuMs.push((user + system) / 1_000 / calls);
  if (collections === 0) cost.bytes.push(grown / calls);
}

async function repeated(call: Call, times: number): Promise<void> {
  for (let index = 0; index < times; index++) await call();
}

function allocated(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
