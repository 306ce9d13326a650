import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { InputMismatchError, UnknownJourneyError } from '../../client/errors.js';
import { reconciliationCsv } from '../../client/reconciliation-report.js';
import { reconciliationWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { Cli } from '../setting/cli.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';
import { SignedCaller } from '../setting/signed-caller.js';

const within = (seconds: number) => ({ deadline: Date.now() + seconds * 1_000 });
const OURS = { taskQueue: { name: 'doku-journeys' } };

/** Money rules 10 and 13: who reaches Temporal without a key begins any ID, and makes no report by it. */
describe('a report is the merchant’s', { concurrency: true }, () => {
  let stack: Stack;
  let shop: Shop;
  let nobody: Nobody;
  before(async () => {
    const started = await startQuickStack({ RECONCILIATION_CALLS_A_SECOND: '500' });
    stack = started;
    shop = started.shop;
    nobody = new Nobody(stack);
  });
  after(() => stack?.stop());

  const newPeriod = (beforeMs = 3_600_000 + Math.floor(Math.random() * 1_000_000)) => ({
    from: new Date(Date.now() - beforeMs),
    to: new Date(),
  });
  const idOf = ({ from, to }: { from: Date; to: Date }) =>
    reconciliationWorkflowId(`${from.toISOString()}_${to.toISOString()}`);
  const begun = (workflowId: string, more: object = OURS) =>
    nobody.begin(workflowId, 'reconciliation', {}, more);
  const endOf = (workflowId: string, runId: string) =>
    stack.client.workflow
      .getHandle(workflowId, runId)
      .result()
      .then(
        () => 'completed',
        (error: Error) => String(error.cause),
      );

  /** As a schedule says of which time a run is; anybody can. */
  const scheduled = (time: string) => ({
    ...OURS,
    searchAttributes: {
      indexedFields: {
        TemporalScheduledStartTime: {
          metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('Datetime') },
          data: Buffer.from(JSON.stringify(time)),
        },
      },
    },
  });
  async function said<Told>(...args: string[]): Promise<Told> {
    const cli = new Cli({
      TEMPORAL_ADDRESS: stack.temporal.address,
      PAYLOAD_KEYS: stack.configuration.PAYLOAD_KEYS.text,
    });
    const { code, stdout, stderr } = await cli.run([...args, '--json']);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }
  const shownOf = (id: string) =>
    said<{ startedAt: string; result: unknown }>('show', 'reconciliation', id);
  const runsFound = async (id: string) =>
    (await said<{ id: string; run: string }[]>('find', '--type', 'reconciliation')).filter(
      (found) => found.id === id,
    );

  test('whoever begins its period again without input supersedes it nowhere', async () => {
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const { authCode } = await shop.doku.account({ bound: true });
    const caller = await new SignedCaller(stack.sandbox).signIn(authCode);
    await caller.call('b2b/v1.0/debit/cancel', {
      ...{ originalPartnerReferenceNo: order.partnerReferenceNo, reason: 'by hand' },
    });
    await eventually(
      () =>
        stack.client.workflow.count(
          `WorkflowId = 'purchase/${order.partnerReferenceNo}' AND ExecutionStatus = 'Completed'`,
        ),
      ({ count }) => count > 0,
    );
    const { reconciliation } = shop.journeys;
    const period = newPeriod();
    await reconciliation.start(period);
    const report = await reconciliation.result(period, within(60));
    const has = (numbers: readonly { partnerReferenceNo: string }[]) =>
      numbers.some(({ partnerReferenceNo }) => partnerReferenceNo === order.partnerReferenceNo);
    assert.ok(has(report.mismatches));
    const workflowId = idOf(period);
    const runId = await begun(workflowId);
    assert.match(await endOf(workflowId, runId), /input: /);
    // And one that stays open, where nobody answers.
    await begun(workflowId, {});
    assert.deepEqual(await reconciliation.result(period, within(20)), report);
    const view = await reconciliation.status(period, within(20));
    assert.deepEqual([view.status, view.result], ['finished', report]);
    assert.deepEqual(await reconciliation.until(period, ['finished'], within(20)), view);
    const door = await startGatewayDoor(stack.client);
    const url = `/v1/reconciliations/${period.from.toISOString()}/${period.to.toISOString()}`;
    const csv = await door.ask('GET', `${url}/report.csv`);
    assert.deepEqual([csv.status, csv.body], [200, reconciliationCsv(report)]);
    const shown = await door.ask('GET', url);
    assert.deepEqual((shown.body as { result: unknown }).result, report);
    await door.close();
    const id = workflowId.slice('reconciliation/'.length);
    assert.deepEqual((await shownOf(id)).result, report);
    const own = await runsFound(id);
    assert.deepEqual([own.length, own[0]?.run], [1, 'completed']);
  });

  test('of a period that nobody has reconciled there is none', async () => {
    const { reconciliation } = shop.journeys;
    const period = newPeriod();
    const runId = await begun(idOf(period));
    assert.match(await endOf(idOf(period), runId), /input: /);
    await assert.rejects(reconciliation.result(period, within(20)), UnknownJourneyError);
    await assert.rejects(reconciliation.status(period, within(20)), UnknownJourneyError);
    // It frees the period as it has done nothing.
    await reconciliation.start(period);
    const { from, to } = await reconciliation.result(period, within(60));
    assert.deepEqual([from, to], [period.from.toISOString(), period.to.toISOString()]);
  });

  test('one that is open for nobody is told as that', async () => {
    const period = newPeriod();
    await begun(idOf(period), {});
    await assert.rejects(shop.journeys.reconciliation.start(period), (error: Error) => {
      assert.ok(error instanceof InputMismatchError, String(error));
      assert.match(error.message, /was begun without input, .* by somebody who has no payload key/);
      return true;
    });
  });

  test('what a schedule alone may begin has the day that its ID names', async () => {
    const at = '2026-11-25T20:00:00Z';
    const end = async (workflowId: string, more: object) =>
      endOf(workflowId, await begun(workflowId, more));
    assert.match(await end(`reconciliation/daily-${at}`, OURS), /input: /);
    const other = scheduled('2026-11-20T20:00:00Z');
    assert.match(await end(`reconciliation/daily-${at}`, other), /input: /);
    assert.match(await end(`reconciliation/${randomUUID()}`, scheduled(at)), /input: /);
    assert.equal(await end(`reconciliation/daily-${at}`, scheduled(at)), 'completed');
  });

  test('no schedule begins one before its time', async () => {
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 600_000);
    const time = at.toISOString().replace('.000', '');
    const workflowId = `reconciliation/daily-${time}`;
    assert.match(await endOf(workflowId, await begun(workflowId, scheduled(time))), /input: /);
  });

  test('a day’s report is that of the first run, which its schedule begins', async () => {
    const { reconciliation } = shop.journeys;
    await reconciliation.daily({ hour: 2 });
    const day = { start: '2026-11-22T18:00:00Z', end: '2026-11-22T20:00:00Z' };
    await stack.client.schedule.getHandle('reconciliation').backfill({
      ...{ start: new Date(day.start), end: new Date(day.end) },
    });
    const id = 'daily-2026-11-22T19:00:00Z';
    const workflowId = `reconciliation/${id}`;
    const ended = (many: number) =>
      eventually(
        () =>
          stack.client.workflow.count(
            `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Completed'`,
          ),
        ({ count }) => count === many,
      );
    await ended(1);
    const { startedAt, result } = await shownOf(id);
    assert.ok(result);
    await begun(workflowId, scheduled('2026-11-22T19:00:00Z'));
    await ended(2);
    await begun(workflowId, {});
    const again = await shownOf(id);
    assert.deepEqual([again.startedAt, again.result], [startedAt, result]);
  });

  test('what is new since the merchant’s own is not new since the daily one that anybody begins', async () => {
    const { customerId } = await shop.boundCustomer();
    const { reconciliation } = shop.journeys;
    // The day that a run of now would be of.
    const at = new Date(Math.floor(Date.now() / 1_000) * 1_000).toISOString().replace('.000', '');
    const midnight = Math.floor((Date.now() + 25_200_000) / 86_400_000) * 86_400_000 - 25_200_000;
    const period = { from: new Date(midnight - 86_400_000), to: new Date(midnight) };
    await reconciliation.start(period);
    const first = await reconciliation.result(period, within(60));
    assert.equal(first.changes, undefined);
    const closedAt = async () => {
      const { closeTime } = await stack.client.workflow.getHandle(idOf(period)).describe();
      return closeTime?.toISOString() ?? '';
    };
    const since = await closedAt();
    const workflowId = `reconciliation/daily-${at}`;
    const runId = await begun(workflowId, scheduled(at));
    assert.equal(await endOf(workflowId, runId), 'completed', customerId);
    await eventually(
      () =>
        stack.client.workflow.count(
          `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Completed'`,
        ),
      ({ count }) => count === 1,
    );
    await reconciliation.start(period);
    const second = await reconciliation.result(period, within(60));
    assert.equal(second.changes?.since, since);
  });
});
