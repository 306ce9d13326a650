import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import type { SignedCaller } from '../../setting/signed-caller.js';
import { money } from '../../setting/signed-sandbox.js';
import { REFUND, startMoody } from './setting.js';

const { doku, merchant, topUp, topUpStatus, status, paid, close } = await startMoody();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Moves the sandbox's clock to the next time of day in Jakarta, on a weekday (0 is Sunday) if asked. */
async function until(time: string, weekday?: number): Promise<void> {
  const { now } = await doku.call<{ now: string }>('GET', 'health');
  let at = Date.parse(`${now.slice(0, 10)}T${time}:00+07:00`);
  const dayOf = (ms: number) => new Date(ms + 7 * HOUR_MS).getUTCDay();
  while (at <= Date.parse(now) || (weekday !== undefined && dayOf(at) !== weekday)) at += DAY_MS;
  await doku.advance(at - Date.parse(now));
}

const refund = async (caller: SignedCaller, reference: string, partnerRefundNo: string) => {
  const { body } = await caller.call(REFUND, {
    originalPartnerReferenceNo: reference,
    partnerRefundNo,
    refundAmount: money('10000.00'),
  });
  return body.responseCode;
};

describe('what takes DOKU days', () => {
  after(close);
  beforeEach(() => until('12:00'));
  afterEach(() => doku.call('POST', 'reset'));

  test('a top-up is pending, then done or failed, and its money moves then', async () => {
    const { account, caller } = await merchant({ balance: '0.00' });
    for (const as of ['success', 'failed'] as const) {
      await doku.temperament({ temperament: 'staysPending', ms: 9 * DAY_MS, as, reference: as });
      assert.equal((await topUp(caller, account.accountId, as)).body.responseCode, '2023800');
      assert.equal((await topUpStatus(caller, as)).body.latestTransactionStatus, '03');
    }
    assert.equal((await doku.temperaments()).later, 2);
    await doku.advance(9 * DAY_MS + 1_000);
    const later = await caller.signIn((await doku.account({ bound: true })).authCode);
    assert.equal((await topUpStatus(later, 'success')).body.latestTransactionStatus, '00');
    assert.equal((await topUpStatus(later, 'failed')).body.latestTransactionStatus, '06');
    assert.equal(await doku.balance(account.accountId), '10000.00');
  });

  test('a refund is pending although it was said to be done, then fails', async () => {
    const { account, caller } = await merchant();
    const reference = await paid(caller);
    await doku.settle(reference);
    const pending = { temperament: 'staysPending', ms: 60_000, as: 'failed' } as const;
    await doku.temperament({ ...pending, saysDone: true, times: 1, operation: 'purchaseRefund' });
    assert.equal(await refund(caller, reference, 'R-1'), '2005800');
    const shown = async () => {
      const { refundHistory } = (await status(caller, reference)).body;
      return (refundHistory as { refundStatus: string }[]).map((each) => each.refundStatus);
    };
    assert.deepEqual(await shown(), ['03']);
    await doku.advance(60_001);
    assert.deepEqual(await shown(), ['06']);
    assert.equal(await doku.balance(account.accountId), '990000.00');
    assert.equal(await refund(caller, reference, 'R-2'), '2005800');
    assert.equal(await doku.balance(account.accountId), '1000000.00');
  });

  test('settles at noon of the next working day, over a weekend and a holiday', async () => {
    await until('15:00', 5);
    const { now } = await doku.call<{ now: string }>('GET', 'health');
    const monday = new Date(Date.parse(now) + 3 * DAY_MS).toISOString().slice(0, 10);
    await doku.temperament({ temperament: 'settlesNextWorkingDay', holidays: [monday] });
    const { caller } = await merchant();
    const reference = await paid(caller);
    // Tuesday, before and after noon.
    await doku.advance(3 * DAY_MS + 20 * HOUR_MS);
    await caller.signIn();
    const b2b = REFUND.replace('b2b2c', 'b2b');
    const ask = async () =>
      (
        await caller.call(b2b, {
          originalPartnerReferenceNo: reference,
          partnerRefundNo: 'R-1',
          refundAmount: money('10000.00'),
        })
      ).body.responseCode;
    assert.equal(await ask(), '4055801');
    await doku.advance(HOUR_MS + 1_000);
    await caller.signIn();
    assert.equal(await ask(), '2005800');
  });

  test('refunds nothing at night, nor above the corporate balance', async () => {
    await doku.temperament({ temperament: 'refusesRefundsAtNight' });
    await doku.temperament({ temperament: 'refusesRefundsWithoutBalance' });
    await until('23:56');
    const { caller } = await merchant();
    const reference = await paid(caller);
    await doku.settle(reference);
    assert.equal(await refund(caller, reference, 'R-1'), '4035806');
    await until('06:01');
    const { caller: morning } = await merchant();
    await doku.call('POST', 'corporate/balance', { set: '9999.00' });
    assert.equal(await refund(morning, reference, 'R-1'), '4035814');
    await doku.call('POST', 'corporate/balance', { set: '10000.00' });
    assert.equal(await refund(morning, reference, 'R-1'), '2005800');
  });
});
