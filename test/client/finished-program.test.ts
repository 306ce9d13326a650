import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startQuickStack } from '../setting/quick-stack.js';
import { settledPurchase } from '../setting/settled-purchase.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Makes each call, and tells of each what of Node's timers is left once it has its answer. */
const PROGRAM = `
  import { Client, Connection } from '@temporalio/client';
  import { DokuJourneys } from './client/index.ts';
  import { createDataConverter, payloadKeysFrom } from './worker/temporal/encryption.ts';

  const connection = Connection.lazy({ address: process.env.TEMPORAL_ADDRESS });
  const dataConverter = createDataConverter(payloadKeysFrom(process.env));
  const journeys = new DokuJourneys({ client: new Client({ connection, dataConverter }) });
  const { purchase, reads, events, operators } = journeys;
  const { ORDER: order, CUSTOMER: customer } = process.env;
  const calls = {
    check: () => journeys.check(),
    status: () => purchase.status(order),
    until: () => purchase.until(order, ['paid']),
    untilForEver: () => purchase.until(order, ['paid'], { deadline: Infinity }),
    result: () => purchase.result(order),
    resultInTime: () => purchase.result(order, { deadline: Date.now() + 60_000 }),
    notified: () => purchase.notified(order),
    acknowledge: () => purchase.acknowledge(order).catch(() => {}),
    unknown: () => purchase.result('INV-UNKNOWN').catch(() => {}),
    balance: () => reads.balance(customer),
    events: () => events.list(),
    progress: () => operators.progress('job-1').catch(() => {}),
  };
  const left = {};
  for (const [name, call] of Object.entries(calls)) {
    await call();
    await new Promise(setImmediate);
    left[name] = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  }
  await connection.close();
  console.log(JSON.stringify(left));`;

describe('a program that is done', () => {
  let site: Awaited<ReturnType<typeof startQuickStack>>;
  before(async () => {
    site = await startQuickStack();
  });
  after(() => site?.stop());

  test('ends: no call keeps a timer once it has its answer', async () => {
    const { customerId, partnerReferenceNo } = await settledPurchase(site.shop);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM],
      {
        cwd: ROOT,
        timeout: 60_000,
        env: {
          ...process.env,
          TEMPORAL_ADDRESS: site.temporal.address,
          PAYLOAD_KEYS: site.configuration.PAYLOAD_KEYS.text ?? '',
          ORDER: partnerReferenceNo,
          CUSTOMER: customerId,
        },
      },
    );
    const left: Record<string, number> = JSON.parse(stdout);
    assert.deepEqual(left, Object.fromEntries(Object.keys(left).map((name) => [name, 0])));
  });
});
