import { randomUUID } from 'node:crypto';
import type { OperationName } from '../../sandbox/faults.js';
import { idr, type Shop } from '../shop.js';
import type { Claim } from './claims.js';
import type { Plant, Scenario } from './scenario.js';
import { until } from './until.js';

export const bankTransfer = (call: OperationName): Scenario => ({
  journey: 'bankTransfer',
  call,
  // An operator who finds nothing in DOKU's books records it as failed.
  expected: ['completed', 'failed'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const input = {
      partnerReferenceNo: `TRF-${randomUUID()}`,
      customerId,
      amount: idr('25000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    };
    return { accountId, run: (plant) => runTransfer(shop, call, input, accountId, plant) };
  },
});

async function runTransfer(
  shop: Shop,
  call: OperationName,
  input: Parameters<Shop['journeys']['bankTransfer']['beneficiary']>[0],
  accountId: string,
  plant: Plant,
): Promise<Claim[]> {
  const { bankTransfer: transfers } = shop.journeys;
  const { partnerReferenceNo } = input;
  if (call === 'bankAccountInquiry') await plant(partnerReferenceNo);
  const { beneficiaryAccountName } = await transfers.beneficiary(input);
  // History is only asked when the payment's own answer is lost.
  if (call === 'historyDetail') await lose(shop, 'transferBank', partnerReferenceNo);
  if (call !== 'bankAccountInquiry') await plant(partnerReferenceNo);
  await transfers.confirm(partnerReferenceNo, beneficiaryAccountName);
  const { status } = await until(
    () => transfers.status(partnerReferenceNo),
    (view) => view.result !== undefined || view.status === 'needs-attention',
  );
  if (status === 'needs-attention') {
    const isDebited = (await shop.doku.entries(partnerReferenceNo)).length > 0;
    await transfers.resolve(partnerReferenceNo, {
      decision: isDebited ? 'record-completed' : 'record-failed',
      operator: 'proof',
      note: "what DOKU's back office shows",
    });
  }
  const result = await transfers.result(partnerReferenceNo);
  return [{ journey: 'bankTransfer', accountId, amount: '25000.00', result }];
}

export const authorizedPurchase = (call: OperationName): Scenario => ({
  journey: 'authorizedPurchase',
  call,
  expected: ['captured'],
  prepare: async (shop) => {
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    return {
      accountId,
      run: async (plant) => {
        const { authorizedPurchase: authorized } = shop.journeys;
        const partnerCaptureNo = `CAP-${randomUUID()}`;
        if (call === 'authPayment') await plant(partnerReferenceNo);
        await authorized.authorize({
          partnerReferenceNo,
          customerId,
          amount: idr('50000.00'),
          title: 'Hotel',
          captureWithin: '10 minutes',
        });
        if (call === 'historyDetail') await lose(shop, 'authCapture', partnerCaptureNo);
        if (call !== 'authPayment')
          await plant(call === 'historyDetail' ? partnerCaptureNo : partnerReferenceNo);
        await authorized.capture(partnerReferenceNo, {
          partnerCaptureNo,
          amount: idr('20000.00'),
        });
        await authorized.void(partnerReferenceNo, { partnerVoidNo: `VOID-${randomUUID()}` });
        const result = await authorized.result(partnerReferenceNo);
        return [{ journey: 'authorizedPurchase', accountId, result }];
      },
    };
  },
});

/** Loses the answer to a call, so that history has to tell. */
const lose = (shop: Shop, operation: OperationName, partnerReferenceNo: string) =>
  shop.doku.fault({ operation, fault: 'drop', when: 'after', match: { partnerReferenceNo } });

export const transferScenarios: readonly Scenario[] = [
  bankTransfer('bankAccountInquiry'),
  bankTransfer('transferBank'),
  bankTransfer('historyDetail'),
  authorizedPurchase('authPayment'),
  authorizedPurchase('authCapture'),
  authorizedPurchase('authVoid'),
  authorizedPurchase('historyDetail'),
];
