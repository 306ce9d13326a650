/**
 * Records the histories of orders that were reset: one that goes on in another run while what its earlier life did is a question,
 * one that DOKU, behind with its books, says nobody has paid, and one that nobody has; and of one that DOKU refuses:
 * `node --import tsx test/replay/record-handed-over.ts NAME`. Of runs that handed over nothing is written, as they are long.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startQuickStack } from '../setting/quick-stack.js';
import { reset, tasksOf } from '../setting/resets.js';
import { eventually } from '../setting/shop.js';
import { REPLAY_KEYS } from './key.js';
import { writeHistories } from './writing.js';

const [version] = process.argv.slice(2);
if (!version) throw new Error('name what the histories show, such as "handed-over"');
const FOLDER = fileURLToPath(new URL(`./histories/${version}/`, import.meta.url));
if (existsSync(FOLDER)) throw new Error(`${FOLDER} is there already`);
/** Past so many events another run goes on. */
const LONG = 1_000;

const stack = await startQuickStack({ PAYLOAD_KEYS: REPLAY_KEYS });
const { shop, client } = stack;
const { purchase } = shop.journeys;
const { customerId } = await shop.boundCustomer({ balance: '100000.00' });

const handleOf = (number: string) => client.workflow.getHandle(`purchase/${number}`);
const orderOf = (partnerReferenceNo: string) => ({
  ...shop.order(customerId, { partnerReferenceNo }),
  acknowledgeWithin: '1 hour',
});
const whenStatus = (number: string, wanted: string) =>
  eventually(
    () => purchase.status(number),
    ({ status }) => status === wanted,
  );

/** Paid, which the merchant has been told. @returns the last of its tasks before it was paid. */
async function toldAsPaid(number: string): Promise<number> {
  await purchase.redirect(orderOf(number));
  const tasks = await tasksOf(client, `purchase/${number}`);
  await shop.paid(orderOf(number));
  await whenStatus(number, 'awaiting-acknowledgement');
  return tasks - 1;
}

async function lengthened(number: string, events: number): Promise<void> {
  const length = async () => (await handleOf(number).describe()).historyLength;
  for (let before = 0, now = await length(); now >= before && now < events; now = await length()) {
    before = now;
    await Promise.all(Array.from({ length: 10 }, () => handleOf(number).signal('notified', {})));
  }
}

await toldAsPaid('HANDED-OVER');
await lengthened('HANDED-OVER', LONG - 60);
await reset(client, 'purchase/HANDED-OVER', { task: -1 });
await whenStatus('HANDED-OVER', 'in-doubt');
const { runId } = await handleOf('HANDED-OVER').describe();
while ((await handleOf('HANDED-OVER').describe()).runId === runId)
  await handleOf('HANDED-OVER').signal('notified', {});
await purchase.acknowledge('HANDED-OVER');
await purchase.result('HANDED-OVER');

const task = await toldAsPaid('BEHIND');
await shop.doku.temperament({
  ...{ temperament: 'showsStatus', status: '03', forMs: 5_000 },
  ...{ operation: 'purchaseStatus', reference: 'BEHIND' },
});
await reset(client, 'purchase/BEHIND', { task });
await purchase.notified('BEHIND');
await purchase.acknowledge('BEHIND');
await purchase.result('BEHIND');

await purchase.redirect(orderOf('UNPAID'));
await reset(client, 'purchase/UNPAID', { task: -1 });
await purchase.acknowledge('UNPAID').catch(() => undefined);
await purchase.cancel('UNPAID', 'sold out');

await shop.doku.temperament({
  ...{ temperament: 'refuses', code: '4035414', on: 'any' },
  ...{ operation: 'purchase', reference: 'REFUSED' },
});
await purchase.start(orderOf('REFUSED'));
await purchase.result('REFUSED');

// Temporal's list lags a moment behind.
await setTimeout(2_000);
await writeHistories(client, FOLDER, "WorkflowType = 'purchase' AND ExecutionStatus = 'Completed'");
await stack.stop();
process.exit(0);
