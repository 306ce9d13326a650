/**
 * One journey of each type, where an outage of DOKU catches it: what happens while DOKU is down, and how it ends.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ClosingStep, NextStep, PurchaseResult, TopUpRowResult } from '../../client/index.js';
import type { Claim } from '../proof/claims.js';
import { eventually, idr, type Shop } from './shop.js';

export interface Caught {
  readonly journey: string;
  /** What brings it to its next call, done while DOKU is down. */
  meet(): Promise<void>;
  /** What customer and merchant still do once DOKU is back, and what the journey says at its end. */
  end(): Promise<readonly Claim[]>;
}

const HOUR_MS = 3_600_000;

/** Brings a journey to where the outage will catch it. */
export type Catch = (shop: Shop) => Promise<Caught>;

/** A customer who opens an account, from the first request or, `bound`, from the exchange of the code on. */
const openAccount =
  (from: 'creation' | 'exchange'): Catch =>
  async ({ journeys, doku }) => {
    const phoneNo = `0813${Math.floor(100_000_000 + Math.random() * 899_999_999)}`;
    const key = { customerId: `customer-${randomUUID()}`, reference: randomUUID() };
    const input = {
      ...key,
      redirectUrl: 'https://merchant.example/account',
      customer: { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' },
      otpWithin: '1 day',
      pageWithin: '1 day',
    };
    const confirmed = async (first: NextStep) => {
      assert.equal(first.show, 'enter-otp');
      const answer = await journeys.openAccount.submitOtp(key, await doku.otp(phoneNo));
      assert.ok(answer.verified);
      return onPage(await journeys.openAccount.returned(key, await onPage(answer.next)));
    };
    const first = from === 'exchange' ? await journeys.openAccount.start(input) : undefined;
    let query = first && (await confirmed(first));
    let started: Promise<NextStep> | undefined;
    return {
      journey: 'openAccount',
      meet: async () => {
        if (query === undefined) started = journeys.openAccount.start(input);
        // Its answer comes once DOKU is back, or never: the customer's page asks for the status.
        else journeys.openAccount.returned(key, query).catch(() => {});
      },
      end: async () => {
        if (started) {
          query = await confirmed(await started);
          await journeys.openAccount.returned(key, query);
        }
        const result = await journeys.openAccount.result(key);
        assert.equal(result.outcome, 'bound');
        return [{ journey: 'openAccount', accountId: result.accountId ?? '', result }];
      },
    };
  };

/** What the customer does on DOKU's page. @returns the query with which the browser comes back. */
async function onPage(step: NextStep): Promise<string> {
  assert.equal(step.show, 'open-url');
  const body = new URLSearchParams({ pin: '123456', repeat: '123456' });
  const url = step.show === 'open-url' ? step.url : '';
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
  return new URL(answer.headers.get('location') ?? '').search;
}

const closeAccount: Catch = async (shop) => {
  const { journeys, doku } = shop;
  const { customerId, accountId, phoneNo } = await shop.boundCustomer();
  const key = { customerId, reference: randomUUID() };
  let first: Promise<ClosingStep> | undefined;
  return {
    journey: 'closeAccount',
    meet: async () => {
      first = journeys.closeAccount.start({ ...key, otpWithin: '1 day' });
    },
    end: async () => {
      assert.equal((await first)?.show, 'enter-otp');
      const answer = await journeys.closeAccount.submitOtp(key, await doku.otp(phoneNo));
      assert.ok(answer.verified);
      const result = await journeys.closeAccount.result(key);
      assert.equal(result.outcome, 'unbound');
      return [{ journey: 'closeAccount', accountId, result }];
    },
  };
};

/** Of two customers who pay at DOKU: one order is waited for, the other falls to the merchant's silence. */
const purchase =
  (
    overrides: { acknowledgeWithin?: string },
    outcomes: readonly PurchaseResult['outcome'][],
  ): Catch =>
  async (shop) => {
    const { journeys, doku } = shop;
    const { customerId, accountId } = await shop.boundCustomer();
    const order = shop.order(customerId, { payWithin: '5 hours', ...overrides });
    const { partnerReferenceNo } = order;
    await journeys.purchase.redirect(order);
    const isSilent = overrides.acknowledgeWithin !== undefined;
    if (isSilent) await doku.customer(partnerReferenceNo, 'pay');
    const status = async () => (await journeys.purchase.status(partnerReferenceNo)).status;
    const awaited = isSilent ? 'awaiting-acknowledgement' : 'awaiting-payment';
    await eventually(status, (seen) => seen === awaited);
    return {
      journey: 'purchase',
      meet: async () => {
        if (!isSilent) await doku.customer(partnerReferenceNo, 'pay');
      },
      end: async () => {
        const result = await journeys.purchase.result(partnerReferenceNo);
        assert.ok(outcomes.includes(result.outcome), result.outcome);
        return [{ journey: 'purchase', accountId, amount: order.amount.value, result }];
      },
    };
  };

const refund: Catch = async (shop) => {
  const { journeys, doku } = shop;
  const { customerId, accountId } = await shop.boundCustomer();
  const order = shop.order(customerId);
  const { partnerReferenceNo, amount } = order;
  await journeys.purchase.redirect(order);
  await doku.customer(partnerReferenceNo, 'pay');
  await journeys.purchase.result(partnerReferenceNo);
  const partnerRefundNo = `REF-${randomUUID()}`;
  return {
    journey: 'refund',
    meet: () =>
      journeys.refund.start({
        partnerRefundNo,
        partnerReferenceNo,
        customerId,
        amount,
        reason: 'returned',
      }),
    end: async () => {
      const result = await journeys.refund.result(partnerRefundNo);
      assert.equal(result.outcome, 'refunded');
      return [{ journey: 'refund', accountId, amount: amount.value, result }];
    },
  };
};

const authorizedPurchase: Catch = async (shop) => {
  const { authorizedPurchase: authorized } = shop.journeys;
  const { customerId, accountId } = await shop.boundCustomer();
  const partnerReferenceNo = `AUT-${randomUUID()}`;
  const amount = idr('50000.00');
  await authorized.authorize({
    partnerReferenceNo,
    customerId,
    amount,
    title: 'Hotel',
    captureWithin: '1 day',
  });
  let captured: Promise<unknown> | undefined;
  return {
    journey: 'authorizedPurchase',
    meet: async () => {
      const partnerCaptureNo = `CAP-${randomUUID()}`;
      captured = authorized.capture(partnerReferenceNo, { partnerCaptureNo, amount });
    },
    end: async () => {
      await captured;
      const result = await authorized.result(partnerReferenceNo);
      assert.deepEqual([result.outcome, result.captured], ['captured', amount.value]);
      return [{ journey: 'authorizedPurchase', accountId, result }];
    },
  };
};

const topUp: Catch = async (shop) => {
  const { topUp: topUps } = shop.journeys;
  const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
  const partnerReferenceNo = `TOP-${randomUUID()}`;
  const amount = idr('15000.00');
  return {
    journey: 'topUp',
    meet: () => topUps.start({ partnerReferenceNo, customerId, amount }),
    end: async () => {
      const result = await topUps.result(partnerReferenceNo);
      assert.equal(result.outcome, 'completed');
      return [{ journey: 'topUp', accountId, amount: amount.value, result }];
    },
  };
};

const topUpBatch: Catch = async (shop) => {
  const { topUpBatch: batches } = shop.journeys;
  const { customerId, accountId } = await shop.boundCustomer({ balance: '0.00' });
  const batchReference = `batch-${randomUUID().slice(0, 18)}`;
  const rows = Array.from({ length: 5 }, () => ({
    partnerReferenceNo: `TOP-${randomUUID()}`,
    customerId,
    amount: idr('100.00'),
  }));
  return {
    journey: 'topUpBatch',
    meet: () => batches.start({ batchReference, rows }),
    end: async () => {
      const result = await batches.result(batchReference);
      assert.deepEqual([result.outcome, result.counts.completed], ['finished', rows.length]);
      const results: TopUpRowResult[] = [];
      for await (const row of batches.results(batchReference)) results.push(row);
      return [{ journey: 'topUpBatch', accountId, rows: results, result }];
    },
  };
};

/** Payment has moved the money, and its answer is the last thing that DOKU loses. */
const bankTransfer: Catch = async (shop) => {
  const { bankTransfer: transfers } = shop.journeys;
  const { customerId, accountId } = await shop.boundCustomer();
  const partnerReferenceNo = `TRF-${randomUUID()}`;
  const amount = idr('25000.00');
  const { beneficiaryAccountName } = await transfers.beneficiary({
    partnerReferenceNo,
    customerId,
    amount,
    beneficiaryAccountNumber: '8377388292',
    beneficiaryBankCode: '014',
  });
  const match = { partnerReferenceNo };
  await shop.doku.fault({ operation: 'transferBank', fault: 'hang', when: 'after', match });
  await transfers.confirm(partnerReferenceNo, beneficiaryAccountName);
  await eventually(
    () => shop.doku.entries(partnerReferenceNo),
    (entries) => entries.length === 1,
  );
  return {
    journey: 'bankTransfer',
    meet: async () => {},
    end: async () => {
      const result = await transfers.result(partnerReferenceNo);
      assert.equal(result.outcome, 'completed');
      return [{ journey: 'bankTransfer', accountId, amount: amount.value, result }];
    },
  };
};

const reconciliation: Catch = async (shop) => {
  const { purchase: purchases, reconciliation: reconciliations } = shop.journeys;
  const { customerId, accountId } = await shop.boundCustomer();
  const order = shop.order(customerId);
  await shop.paid(order);
  const result = await purchases.result(order.partnerReferenceNo);
  const to = new Date();
  const period = { from: new Date(to.getTime() - HOUR_MS), to };
  return {
    journey: 'reconciliation',
    meet: () => reconciliations.start(period),
    end: async () => {
      const { outcome, counts, mismatches } = await reconciliations.result(period);
      assert.deepEqual([outcome, counts.checked, mismatches], ['finished', 1, []]);
      return [{ journey: 'purchase', accountId, amount: order.amount.value, result }];
    },
  };
};

/** Journeys that the time-skipping server can run. */
export const SKIPPING: readonly Catch[] = [
  purchase({}, ['paid']),
  // Settled, where DOKU's clock goes on for so long.
  purchase({ acknowledgeWithin: '30 minutes' }, ['cancelled', 'refunded']),
  refund,
  authorizedPurchase,
  topUp,
  topUpBatch,
  bankTransfer,
];

/** Journeys that it cannot run: they list workflows, or give up a question that is asked again and again. First the reconciliation, for its period. */
export const LISTING: readonly Catch[] = [
  reconciliation,
  openAccount('creation'),
  closeAccount,
  openAccount('exchange'),
];
