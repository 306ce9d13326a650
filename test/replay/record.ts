/**
 * Records the histories that `test/replay/replay.test.ts` replays: `node --import tsx test/replay/record.ts NAME`, and
 * `… NAME told` where their events are told to a receiver. Histories
 * that are there already stay: they stand for journeys that are open when a new version comes, and must replay.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { FindingView } from '../../contract/finding.js';
import { walletWorkflowId } from '../../contract/identity.js';
import { PURCHASE_FOUND_AS } from '../../contract/purchase.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { startEventReceiver, toldTo } from '../setting/event-receiver.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { forget, reset } from '../setting/resets.js';
import { eventually, idr } from '../setting/shop.js';
import { recordAllBooks } from './all-books.js';
import { recordAsShown } from './as-shown.js';
import { recordBrokenOff } from './broken-off.js';
import { recordCopies } from './copies.js';
import { recordCreditedOtherwise } from './credited-otherwise.js';
import { recordDoors } from './doors.js';
import { recordGivenUp } from './given-up.js';
import { REPLAY_KEYS } from './key.js';
import { recordLeftOut } from './left-out.js';
import { recordMiddles } from './middles.js';
import { recordNowTheOne } from './now-the-one.js';
import { recordSecondTries } from './second-tries.js';
import { recordStops } from './stops.js';
import { recordUntold } from './untold.js';
import { recordWaiting } from './waiting.js';
import { writeHistories } from './writing.js';

const [version, told] = process.argv.slice(2);
if (!version) throw new Error('name what the histories show, such as "first"');
const FOLDER = fileURLToPath(new URL(`./histories/${version}/`, import.meta.url));
if (existsSync(FOLDER)) throw new Error(`${FOLDER} is there already`);

// It fails a third of the time, so that some are delivered later.
const receiver = await startEventReceiver((nth) => (nth % 3 === 1 ? 503 : 204));
const { shop, client, stop } = await startQuickStack({
  PAYLOAD_KEYS: REPLAY_KEYS,
  ...(told === 'told' && toldTo(receiver)),
});
const { journeys, doku } = shop;

async function paid(overrides: Record<string, unknown>) {
  const { customerId } = await shop.boundCustomer();
  const order = shop.order(customerId, overrides);
  await shop.paid(order);
  return order;
}

const acknowledged = await paid({ partnerReferenceNo: 'PAID', acknowledgeWithin: '1 hour' });
await eventually(
  () => journeys.purchase.status('PAID'),
  ({ status }) => status === 'awaiting-acknowledgement',
);
await journeys.purchase.acknowledge('PAID');
await journeys.purchase.result('PAID');

await paid({ partnerReferenceNo: 'SILENT', acknowledgeWithin: '1 second' });
await journeys.purchase.result('SILENT');

const lost = { operation: 'purchaseCancel', fault: 'drop', when: 'after' } as const;
await doku.fault({ ...lost, match: { partnerReferenceNo: 'LOST' } });
await paid({ partnerReferenceNo: 'LOST', acknowledgeWithin: '1 second' });
await journeys.purchase.result('LOST');

// Its first workflow task may have been begun before: there is more in its history than the start.
await client.workflow.signalWithStart('purchase', {
  workflowId: 'purchase/AGAIN',
  taskQueue: 'doku-journeys',
  args: [{ ...shop.order(acknowledged.customerId), partnerReferenceNo: 'AGAIN' }],
  typedSearchAttributes: searchAttributesOf({
    status: PURCHASE_FOUND_AS,
    customerId: acknowledged.customerId,
    partnerReferenceNo: 'AGAIN',
  }),
  signal: 'notified',
  signalArgs: [{}],
});
await eventually(
  () => journeys.purchase.status('AGAIN'),
  ({ redirect }) => redirect !== undefined,
);
await doku.customer('AGAIN', 'pay');
await journeys.purchase.result('AGAIN');

// Found by polling, and not paid until there was no time for another attempt to poll.
const polled = shop.order(acknowledged.customerId, { partnerReferenceNo: 'POLLED' });
await journeys.purchase.redirect(polled);
await eventually(
  () => doku.requests('purchaseStatus', 'POLLED'),
  (asked) => asked.length > 0,
);
await doku.customer('POLLED', 'pay');
await journeys.purchase.result('POLLED');
const lapsed = { partnerReferenceNo: 'LAPSED', payWithin: '5 seconds' };
await journeys.purchase.redirect(shop.order(acknowledged.customerId, lapsed));
await journeys.purchase.result('LAPSED');

// Cancelled by the shop while its page is open, and by Temporal's own cancel.
for (const partnerReferenceNo of ['UNDONE', 'STOPPED']) {
  await journeys.purchase.redirect(shop.order(acknowledged.customerId, { partnerReferenceNo }));
  if (partnerReferenceNo === 'UNDONE')
    await journeys.purchase.cancel(partnerReferenceNo, 'sold out');
  else await client.workflow.getHandle(`purchase/${partnerReferenceNo}`).cancel();
  await journeys.purchase.result(partnerReferenceNo);
}
// Undone while its page is asked for.
await doku.fault({
  operation: 'purchase',
  fault: 'slow',
  when: 'before',
  delayMs: 2_000,
  match: { partnerReferenceNo: 'EARLY' },
});
const early = shop.order(acknowledged.customerId, { partnerReferenceNo: 'EARLY' });
const noPage = journeys.purchase.redirect(early).catch(() => undefined);
await journeys.purchase.start(early);
await journeys.purchase.cancel('EARLY', 'sold out');
await noPage;
// Started again, as after retention: another run may have been told what it is.
for (const partnerReferenceNo of ['SILENT', 'PAID']) {
  await client.workflow.start('purchase', {
    workflowId: `purchase/${partnerReferenceNo}`,
    taskQueue: 'doku-journeys',
    args: [shop.order(acknowledged.customerId, { partnerReferenceNo })],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  await journeys.purchase.result(partnerReferenceNo);
}

const settled = await paid({ partnerReferenceNo: 'SETTLED' });
await journeys.purchase.result('SETTLED');
await doku.settle('SETTLED');
const partial = {
  partnerReferenceNo: 'SETTLED',
  customerId: settled.customerId,
  amount: idr('4000.00'),
  reason: 'returned',
};
await journeys.refund.start({ ...partial, partnerRefundNo: 'REFUND' });
await journeys.refund.result('REFUND');
// One waits for the other, which waits for settlement.
const later = await paid({ partnerReferenceNo: 'TURNS' });
await journeys.purchase.result('TURNS');
const turns = ['TURN-1', 'TURN-2'].map((partnerRefundNo) => ({
  partnerRefundNo,
  partnerReferenceNo: 'TURNS',
  customerId: later.customerId,
  amount: idr('1000.00'),
  reason: 'returned',
}));
for (const turn of turns) await journeys.refund.start(turn);
await eventually(
  () => Promise.all(turns.map((turn) => journeys.refund.status(turn.partnerRefundNo))),
  (views) => views.some(({ waitsFor }) => waitsFor !== undefined),
);
await doku.settle('TURNS');
for (const turn of turns) await journeys.refund.result(turn.partnerRefundNo);
await paid({ partnerReferenceNo: 'WHOLE' }).then(async ({ customerId, amount }) => {
  await journeys.purchase.result('WHOLE');
  const whole = { partnerReferenceNo: 'WHOLE', customerId, amount, reason: 'returned' };
  await journeys.refund.start({ ...whole, partnerRefundNo: 'CANCEL' });
  await journeys.refund.result('CANCEL');
});

const { customerId } = acknowledged;
await doku.fault({
  operation: 'topUp',
  fault: 'drop',
  when: 'before',
  match: { partnerReferenceNo: 'TOP' },
});
await journeys.topUp.start({ partnerReferenceNo: 'TOP', customerId, amount: idr('100.00') });
await journeys.topUp.result('TOP');
const rows = ['ROW-1', 'ROW-2'].map((partnerReferenceNo) => ({
  partnerReferenceNo,
  customerId,
  amount: idr('100.00'),
}));
await doku.fault({
  operation: 'topUp',
  fault: 'drop',
  when: 'after',
  match: { partnerReferenceNo: 'ROW-2' },
});
await journeys.topUpBatch.start({ batchReference: 'BATCH', rows });
await journeys.topUpBatch.result('BATCH');
// Another order has the number of a row, and is under way.
await doku.hold('OTHERS');
const others = { partnerReferenceNo: 'OTHERS', customerId, amount: idr('100.00') };
await journeys.topUp.start(others);
await eventually(
  () => doku.requests('topUp', 'OTHERS'),
  (sent) => sent.length > 0,
);
await journeys.topUpBatch.start({
  batchReference: 'NAMING',
  rows: [{ ...others, amount: idr('200.00') }],
});
await eventually(
  () => journeys.topUpBatch.status('NAMING'),
  ({ waitsFor }) => waitsFor !== undefined,
);
await doku.finish('OTHERS', 'success');
await journeys.topUpBatch.result('NAMING');
// Another batch has paid the number in another amount.
await journeys.topUpBatch.start({
  batchReference: 'OTHERWISE',
  rows: [{ partnerReferenceNo: 'ROW-1', customerId, amount: idr('300.00') }],
});
await journeys.topUpBatch.result('OTHERWISE');
if (told === 'told') await triedApart();
// Stopped while its rows wait for money: they are not sent.
await doku.call('POST', 'corporate/balance', { set: '0.00' });
const waiting = ['WAITS-1', 'WAITS-2'].map((partnerReferenceNo) => ({
  partnerReferenceNo,
  customerId,
  amount: idr('100.00'),
}));
await journeys.topUpBatch.start({
  batchReference: 'WAITING',
  rows: waiting,
  waitForFunds: '1 hour',
});
await eventually(
  () => journeys.topUpBatch.status('WAITING'),
  ({ status }) => status === 'awaiting-funds',
);
await client.workflow.getHandle('top-up-batch/WAITING').cancel();
await journeys.topUpBatch.result('WAITING');
await doku.call('POST', 'corporate/balance', { set: '1000000.00' });

// Paused, reset by an operator and stopped: the part of the run before is found. Another part is reset while a row waits.
for (const batchReference of ['PAUSED', 'PART-RESET'] as const) {
  const resetRows = [1, 2, 3].map((row) => ({
    partnerReferenceNo: `${batchReference}-${row}`,
    customerId,
    amount: idr('100.00'),
  }));
  await doku.hold(`${batchReference}-2`);
  await journeys.topUpBatch.start({ batchReference, rows: resetRows });
  await eventually(
    () => journeys.topUpBatch.status(batchReference),
    ({ counts }) => counts.completed === 2,
  );
  if (batchReference === 'PAUSED') {
    await journeys.topUpBatch.pause(batchReference);
    await reset(client, `top-up-batch/${batchReference}`, { isTold: true });
    await eventually(
      () => journeys.topUpBatch.status(batchReference),
      ({ counts }) => counts.completed === 2,
    );
    // It is told of its rows before it has found its part.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await client.workflow.getHandle(`top-up-batch/${batchReference}`).cancel();
  } else await reset(client, `top-up-batch/${batchReference}/0`);
  await doku.finish(`${batchReference}-2`, 'success');
  await journeys.topUpBatch.result(batchReference);
}
// Paid before the customer bound another account, and forgotten.
const moved = await shop.boundCustomer();
const before = {
  partnerReferenceNo: 'FORMER',
  customerId: moved.customerId,
  amount: idr('100.00'),
};
await journeys.topUp.start(before);
await journeys.topUp.result('FORMER');
const { accountId, linkId, authCode } = await doku.account({ bound: true });
await client.workflow
  .getHandle(walletWorkflowId(moved.customerId))
  .executeUpdate('bind', { args: [{ accountId, linkId, authCode }] });
await forget(client, 'top-up/FORMER');
await journeys.topUp.start(before);
await journeys.topUp.result('FORMER');

async function confirmed(partnerReferenceNo: string, beneficiaryAccountNumber = '8377388292') {
  const { beneficiaryAccountName } = await journeys.bankTransfer.beneficiary({
    partnerReferenceNo,
    customerId,
    amount: idr('100.00'),
    beneficiaryAccountNumber,
    beneficiaryBankCode: '014',
  });
  await journeys.bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
}
async function transfer(partnerReferenceNo: string) {
  await confirmed(partnerReferenceNo);
  await journeys.bankTransfer.result(partnerReferenceNo);
}
await transfer('SENT');
// Reset: DOKU is asked before the customer is.
await transfer('RESET');
await reset(client, 'transfer/RESET');
await journeys.bankTransfer.result('RESET');
// Forgotten, and sent to somebody else under the same number.
await transfer('ELSE');
await forget(client, 'transfer/ELSE');
await confirmed('ELSE', '8377381111');
await eventually(
  () => journeys.bankTransfer.status('ELSE'),
  ({ attention }) => attention !== undefined,
);
await journeys.bankTransfer.resolve('ELSE', {
  decision: 'record-used-otherwise',
  operator: 'ani',
  note: 'for the record',
});
await journeys.bankTransfer.result('ELSE');
for (const [partnerReferenceNo, when] of [
  ['NEVER', 'before'],
  ['SEEN', 'after'],
] as const) {
  await doku.fault({
    operation: 'transferBank',
    fault: 'drop',
    when,
    match: { partnerReferenceNo },
  });
  await transfer(partnerReferenceNo);
}

await journeys.authorizedPurchase.authorize({
  partnerReferenceNo: 'AUTH',
  customerId,
  amount: idr('500.00'),
  title: 't',
});
await journeys.authorizedPurchase.capture('AUTH', {
  partnerCaptureNo: 'CAPTURE',
  amount: idr('200.00'),
});
await journeys.authorizedPurchase.void('AUTH', { partnerVoidNo: 'VOID' });
await journeys.authorizedPurchase.result('AUTH');
// Reset once it has ended: what was captured is asked of the run before.
await reset(client, 'authorized-purchase/AUTH');
await journeys.authorizedPurchase.result('AUTH');

const opening = { customerId: 'customer-new', reference: 'open' };
await journeys.openAccount.start({
  ...opening,
  redirectUrl: 'https://merchant.example/account',
  customer: { name: 'Budi Santoso', phoneNo: '081299990000', email: 'budi@example.com' },
});
await journeys.openAccount.submitOtp(opening, '000000');
await journeys.openAccount.submitOtp(opening, await doku.otp('081299990000'));
const onPage = async (page: string, action: string) => {
  const { redirectUrl } = await doku.call<{ redirectUrl: string }>('POST', `${page}/customer`, {
    action,
  });
  await journeys.openAccount.returned(opening, new URL(redirectUrl).search);
};
const numberOf = (request: number) => requestNumber({ journey: 'open', ...opening }, request);
await onPage(`registrations/${numberOf(1)}`, 'createPin');
await onPage(`bindings/${numberOf(2)}`, 'confirm');
await journeys.openAccount.result(opening);
const closing = { customerId: 'customer-new', reference: 'close' };
await journeys.closeAccount.start(closing);
// Twice at once.
await doku.fault({ operation: 'verifyOtp', fault: 'slow', when: 'after', delayMs: 2_000 });
const closingOtp = await doku.otp('081299990000');
await Promise.all([1, 2].map(() => journeys.closeAccount.submitOtp(closing, closingOtp)));
await journeys.closeAccount.result(closing);
// DOKU takes an OTP only after it was asked what became of it; the one after it finds that out.
for (const next of ['resendOtp', 'submitOtp'] as const) {
  const late = await shop.boundCustomer();
  const input = { customerId: late.customerId, reference: `close-by-${next}` };
  await journeys.closeAccount.start(input);
  const reference = requestNumber({ journey: 'close', ...input }, 1);
  await doku.temperament({
    temperament: 'worksOn',
    operation: 'verifyOtp',
    delayMs: 10_000,
    reference,
  });
  const otp = await doku.otp(late.phoneNo);
  await journeys.closeAccount.submitOtp(input, otp);
  await doku.idle();
  await (next === 'resendOtp'
    ? journeys.closeAccount.resendOtp(input)
    : journeys.closeAccount.submitOtp(input, otp));
  await journeys.closeAccount.result(input);
}
await journeys.reads.balance(customerId);
const period = { from: new Date(Date.now() - 3_600_000), to: new Date() };
await journeys.reconciliation.start(period);
await journeys.reconciliation.result(period);

const lookedAtAgain = (workflowId: string, about: object) =>
  client.workflow.start('recheck', {
    workflowId: `recheck/${workflowId}`,
    taskQueue: 'doku-journeys',
    args: [{ workflowId, ...about }],
  });
await (
  await lookedAtAgain('purchase/UNDONE', { news: { latestTransactionStatus: '05' } })
).result();
const contradicted = await lookedAtAgain('purchase/PAID', {
  news: { latestTransactionStatus: '05' },
});
await new Promise((resolve) => setTimeout(resolve, 2_000));
await contradicted.cancel();
await contradicted.result().catch(() => undefined);

await recordStops(shop, client);
await recordCopies(shop, client);
await recordMiddles(shop, client);
await recordDoors(shop, client);
await recordSecondTries(shop);
await recordGivenUp(shop, client);
await recordLeftOut(shop);
await recordUntold(shop, client);
await recordAsShown(shop, client);
await recordCreditedOtherwise(shop, client);
await recordAllBooks(shop, client);
await recordBrokenOff(shop, client);
await recordNowTheOne(shop, client);
await recordWaiting(shop, client);

const finding = await client.workflow.start('finding', {
  workflowId: 'finding/status/PAID',
  taskQueue: 'doku-journeys',
  args: [{ kind: 'status', partnerReferenceNo: 'PAID', facts: ['here: paid'], check: 'Look.' }],
});
await eventually(
  () => finding.query<FindingView>('status'),
  ({ attention }) => attention !== undefined,
);
await finding.executeUpdate('resolve', {
  args: [{ decision: 'explained', operator: 'ani', note: 'for the record' }],
});
// As a backend whose schema has not looked at it: the update that starts it is told, and the run ends.
await client.workflow
  .executeUpdateWithStart('redirect', {
    args: ['redirect'],
    startWorkflowOperation: new WithStartWorkflowOperation('purchase', {
      workflowId: 'purchase/MISTAKEN',
      taskQueue: 'doku-journeys',
      args: [{ ...acknowledged, partnerReferenceNo: 'MISTAKEN', amount: 10_000 }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  })
  .catch(() => undefined);
await journeys.check();

// Temporal's list lags a moment behind.
await new Promise((resolve) => setTimeout(resolve, 2_000));

await writeHistories(client, FOLDER);

await stop();
await receiver.close();
process.exit(0);

/** A delivery that is asked to try between two of its tries. */
async function triedApart(): Promise<void> {
  receiver.answers(() => 503);
  await paid({ partnerReferenceNo: 'TRIED' });
  await journeys.purchase.result('TRIED');
  const delivery = client.workflow.getHandle('events/purchase/TRIED');
  await eventually(
    () => delivery.describe().catch(() => undefined),
    (seen) => seen !== undefined,
  );
  await delivery.signal('tryNow');
  receiver.answers(() => 204);
  await delivery.result();
}
