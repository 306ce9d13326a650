/**
 * Records the histories of journeys that go on in a database which was restored, of an order whose worker was killed, of one that
 * DOKU says is over while its page is open, of acknowledgements that come while it is not known whether the payment stands, and of
 * a batch's parts, one of which was reset: `node --import tsx test/replay/record-restored.ts NAME`.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ProcessSite } from '../setting/process-site.js';
import { QUICK } from '../setting/quick-stack.js';
import { reset, tasksOf } from '../setting/resets.js';
import { eventually, idr } from '../setting/shop.js';
import { REPLAY_KEYS } from './key.js';
import { writeHistories } from './writing.js';

const [version] = process.argv.slice(2);
if (!version) throw new Error('name what the histories show, such as "restored"');
const FOLDER = fileURLToPath(new URL(`./histories/${version}/`, import.meta.url));
if (existsSync(FOLDER)) throw new Error(`${FOLDER} is there already`);
const DECIDED = { operator: 'ani', note: 'looked up' };

const site = await ProcessSite.start({ environment: { ...QUICK, PAYLOAD_KEYS: REPLAY_KEYS } });
const { shop, client } = site;
const { purchase, authorizedPurchase, topUpBatch } = shop.journeys;
const { customerId } = await shop.boundCustomer({ balance: '200000.00' });

const partnerReferenceNo = 'RESTORED';
const cancelled = 'RESTORED-CANCELLED';
await toldAsPaid('KILLED-WORKER', '30 seconds');
await site.worker.end('SIGKILL');
await setTimeout(11_000);
site.startWorker();
await purchase.result('KILLED-WORKER');
await toldAsPaid(partnerReferenceNo, '90 seconds');
await toldAsPaid(cancelled, '90 seconds');
const heard = await toldAsPaid('HEARD', '90 seconds');
const ended = shop.order(customerId, { partnerReferenceNo: 'ENDED' });
await purchase.redirect(ended);
await shop.doku.temperament({
  ...{ temperament: 'showsStatus', status: '05', times: 2 },
  ...{ operation: 'purchaseStatus', reference: ended.partnerReferenceNo },
});
await purchase.result(ended.partnerReferenceNo);
const [held, partly] = ['RESTORED-HOLD', 'RESTORED-PART'];
for (const number of [held, partly])
  await authorizedPurchase.authorize({
    ...{ partnerReferenceNo: number, customerId, title: 'Hotel', captureWithin: '1 minute' },
    amount: idr('40000.00'),
  });
await site.backUp();
for (const number of [partnerReferenceNo, cancelled]) await purchase.acknowledge(number);
await authorizedPurchase.capture(held, {
  partnerCaptureNo: 'FORGOTTEN',
  amount: idr('40000.00'),
});
await authorizedPurchase.capture(partly, {
  partnerCaptureNo: 'FORGOTTEN-PART',
  amount: idr('20000.00'),
});
await setTimeout(36_000);
await site.restore();
const cancel = purchase.cancel(cancelled, 'sold out').catch(() => undefined);
site.startWorker();
await acknowledgedInDoubt(heard);

await acknowledgedInDoubt(await toldAsPaid('RESET-HEARD', '50 seconds'), -1);
const gone = await toldAsPaid('RESET-GONE', '4 seconds');
await purchase.result(gone);
await acknowledgedInDoubt(gone, -4);
const unpaid = shop.order(customerId, { partnerReferenceNo: 'RESET-UNPAID' });
await purchase.redirect({ ...unpaid, acknowledgeWithin: '1 minute' });
await reset(client, 'purchase/RESET-UNPAID', { task: -1 });
await Promise.allSettled([purchase.acknowledge('RESET-UNPAID')]);
await purchase.cancel('RESET-UNPAID', 'sold out');
const unclear = await toldAsPaid('RESET-UNCLEAR', '4 seconds');
await reset(client, `purchase/${unclear}`, { task: -1 });
await eventually(
  () => purchase.status(unclear),
  ({ status }) => status === 'needs-attention',
);
const acknowledged = purchase.acknowledge(unclear);
await setTimeout(1_000);
await purchase.resolve(unclear, { decision: 'record-paid', ...DECIDED });
await acknowledged;
await purchase.result(unclear);

const { customerId: blocked, accountId } = await shop.boundCustomer({ balance: '0.00' });
const failed = { partnerReferenceNo: 'FAILED', customerId: blocked, amount: idr('100.00') };
const stands = (status: string) =>
  shop.doku.call('POST', `accounts/${accountId}/status`, { status });
await stands('blocked');
await shop.journeys.topUp.start(failed);
await shop.journeys.topUp.result('FAILED');
await stands('active');
await shop.doku.hold('FAILED');
await topUpBatch.start({ batchReference: 'AGAIN', rows: [failed] });
const asked = () => shop.doku.requests('topUpStatus', 'FAILED');
await eventually(asked, ({ length }) => length >= 4);
const { length } = await asked();
await shop.doku.temperament({
  ...{ temperament: 'showsStatus', status: '06', times: 2 },
  ...{ operation: 'topUpStatus', reference: 'FAILED' },
});
await eventually(asked, (requests) => requests.length > length + 2);
await shop.doku.finish('FAILED', 'success');
await topUpBatch.result('AGAIN');

const batchReference = 'RESET';
const rows = ['nobody', customerId].map((each, index) => ({
  ...{ partnerReferenceNo: `ROW-${index}`, customerId: each, amount: idr('100.00') },
}));
await shop.doku.hold('ROW-1');
await topUpBatch.start({ batchReference, rows });
await eventually(
  () => topUpBatch.status(batchReference),
  ({ counts }) => counts.failed === 1,
);
await reset(client, `top-up-batch/${batchReference}/0`, { isTold: true });
await shop.doku.finish('ROW-1', 'success');
await topUpBatch.result(batchReference);

await eventually(
  () => authorizedPurchase.status(held),
  ({ status }) => status === 'needs-attention',
);
await authorizedPurchase
  .resolve(held, { decision: 'record-voided', ...DECIDED })
  .catch(() => undefined);
await authorizedPurchase.resolve(held, { decision: 'record-captured', ...DECIDED });
await authorizedPurchase.result(held);
await authorizedPurchase.result(partly);
for (const number of [partnerReferenceNo, cancelled]) {
  await eventually(
    () => purchase.status(number),
    ({ status }) => status === 'needs-attention',
  );
  await purchase.resolve(number, { decision: 'record-paid', ...DECIDED });
  await purchase.result(number);
}
await cancel;

/** Paid, which the merchant has been told, and waited for since. */
async function toldAsPaid(number: string, acknowledgeWithin: string): Promise<string> {
  const order = { ...shop.order(customerId, { partnerReferenceNo: number }), acknowledgeWithin };
  await shop.paid(order);
  await eventually(
    () => purchase.status(number),
    ({ status }) => status === 'awaiting-acknowledgement',
  );
  const before = await tasksOf(client, `purchase/${number}`);
  await eventually(
    () => tasksOf(client, `purchase/${number}`),
    (now) => now > before,
  );
  return number;
}

/** @param task - to which the order is reset before. */
async function acknowledgedInDoubt(number: string, task?: number): Promise<void> {
  if (task !== undefined) await reset(client, `purchase/${number}`, { task });
  await eventually(
    () => purchase.status(number),
    ({ status }) => status === 'in-doubt',
  );
  await Promise.allSettled([purchase.acknowledge(number)]);
  await purchase.result(number);
}

// Temporal's list lags a moment behind.
await setTimeout(2_000);
const types = ['purchase', 'authorizedPurchase', 'topUpBatchPart'];
await writeHistories(
  client,
  FOLDER,
  `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`,
);
await site.stop();
process.exit(0);
