import '../quiet.js';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { createDataConverter, payloadKeysOf } from '../../worker/encryption.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { CannotSkipError, FAST_FORWARD, fastForward, skipWaits } from '../fast-forward.js';
import { openMerchant } from '../merchant.js';
import type { Claim } from '../proof/claims.js';
import { violations } from '../proof/invariants.js';
import { booksOf } from '../proof/verdict.js';
import { eventually, type Shop } from '../shop.js';
import { startSkippingStack } from '../time-skipping.js';
import { type Catch, FORWARDED, SKIPPING } from './outage-journeys.js';

const HOUR_SECONDS = 3_600;
/** Statuses of journeys that are on their way. */
const WAITS = [
  'creating',
  'unbinding',
  'awaiting-binding',
  'awaiting-payment',
  'reversing',
  'refunding',
  'authorized',
  'inquiring',
  'running',
  'sending',
  'journeys',
];
/** Of the customers of {@link FORWARDED} all but the one who has only begun. */
const WALLETS = 3;
/** Gives up a hanging DOKU quickly. */
const ENVIRONMENT = { DOKU_SNAP_SETTINGS: '{"timeoutMs":2500}' };

describe('an outage of DOKU of an hour', () => {
  test('delays every journey, and fails none', async (context) => {
    const stack = await startSkippingStack(ENVIRONMENT);
    try {
      const asked = await outage(stack.shop, SKIPPING, () => stack.environment.sleep('1 hour'));
      context.diagnostic(`${asked} requests of ${SKIPPING.length} journeys in the hour`);
    } finally {
      await stack.stop();
    }
  });

  test('delays also those that the time-skipping server cannot run', async (context) => {
    const payloadKeys = `test:${randomBytes(32).toString('base64')}`;
    const dataConverter = createDataConverter(payloadKeysOf(payloadKeys));
    const temporal = await startDevServer({ dynamicConfig: FAST_FORWARD });
    const client = new Client({ connection: temporal.connection, dataConverter });
    const environment = ENVIRONMENT;
    const merchant = await openMerchant({ temporal, client, payloadKeys, environment });
    const listed = async (query: string) => {
      const ids: string[] = [];
      const running = `${query} AND ExecutionStatus = 'Running'`;
      for await (const { workflowId } of client.workflow.list({ query: running }))
        ids.push(workflowId);
      return ids;
    };
    const journeys = "WorkflowType != 'wallet' AND WorkflowType != 'merchantSession'";
    let ids: string[] | undefined;
    try {
      const asked = await outage(merchant.shop, FORWARDED, async () => {
        ids ??= await eventually(
          () => listed(journeys),
          (seen) => seen.length === FORWARDED.length,
        );
        // An entity's own waits would hold up the journey that asks it.
        const wallets = await eventually(
          () => listed("WorkflowType = 'wallet'"),
          (seen) => seen.length >= WALLETS,
        );
        await Promise.all(wallets.map((id) => skipWaits(client, id)));
        await Promise.all(ids.map((id) => fastForward(client, id, HOUR_SECONDS)));
      });
      context.diagnostic(`${asked} requests of ${FORWARDED.length} journeys in the hour`);
    } catch (error) {
      if (!(error instanceof CannotSkipError)) throw error;
      context.skip(error.message);
    } finally {
      await merchant.stop();
      await temporal.teardown();
    }
  });
});

/**
 * Takes DOKU down for an hour under journeys that need it, and sees them to their ends.
 *
 * @returns how often DOKU was asked in the hour.
 */
async function outage(
  shop: Shop,
  catches: readonly Catch[],
  hourPasses: () => Promise<unknown>,
): Promise<number> {
  const caught = [];
  for (const one of catches) caught.push(await one(shop));
  await shop.doku.call('POST', 'maintenance', { isOn: true });
  await shop.doku.call('POST', 'tokens/supersede', {});
  const before = (await shop.doku.requests()).length;
  for (const journey of caught) await journey.meet();
  await hourPasses();
  const asked = (await shop.doku.requests()).length - before;
  for (const { journey, status } of caught) {
    const seen = await status();
    assert.ok(WAITS.includes(seen), `${journey} is ${seen}`);
  }
  await shop.doku.call('POST', 'maintenance', { isOn: false });
  // The longest pauses are half an hour.
  await hourPasses();
  const claims: Claim[] = [];
  for (const journey of caught) claims.push(...(await journey.end()));
  assert.deepEqual(violations(claims, await booksOf(shop, claims)), []);
  return asked;
}
