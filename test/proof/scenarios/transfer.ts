import { randomUUID } from 'node:crypto';
import type { OperationName } from '../../../sandbox/doku/faults.js';
import { idr, type Shop } from '../../setting/shop.js';
import type { Scenario } from '../scenario.js';
import { until } from '../until.js';

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
    if (call !== 'bankAccountInquiry') await shop.journeys.bankTransfer.beneficiary(input);
    return {
      accountId,
      run: async (plant) => {
        const { partnerReferenceNo } = input;
        // History decides when the payment's answer is lost, and its list when there was no payment.
        if (call === 'historyDetail') await lose(shop, 'transferBank', 'after', partnerReferenceNo);
        if (call === 'historyList') await lose(shop, 'transferBank', 'before', partnerReferenceNo);
        await plant(call === 'historyList' ? accountId : partnerReferenceNo);
        const result = await transferred(shop, input);
        return [{ journey: 'bankTransfer', accountId, amount: '25000.00', result }];
      },
    };
  },
});

/** From the name of the beneficiary to the end, with an operator who looks into DOKU's books. */
async function transferred(
  { journeys, doku }: Shop,
  input: Parameters<Shop['journeys']['bankTransfer']['beneficiary']>[0],
) {
  const { bankTransfer: transfers } = journeys;
  const { partnerReferenceNo } = input;
  const { beneficiaryAccountName } = await transfers.beneficiary(input);
  await transfers.confirm(partnerReferenceNo, beneficiaryAccountName);
  const { status } = await until(
    () => transfers.status(partnerReferenceNo),
    (view) => view.result !== undefined || view.status === 'needs-attention',
  );
  if (status === 'needs-attention') {
    const isDebited = (await doku.entries(partnerReferenceNo)).length > 0;
    await transfers.resolve(partnerReferenceNo, {
      decision: isDebited ? 'record-completed' : 'record-failed',
      operator: 'proof',
      note: "what DOKU's back office shows",
    });
  }
  return transfers.result(partnerReferenceNo);
}

export const authorizedPurchase = (call: OperationName): Scenario => ({
  journey: 'authorizedPurchase',
  call,
  expected: ['captured'],
  prepare: async (shop) => {
    const { authorizedPurchase: authorized } = shop.journeys;
    const { customerId, accountId } = await shop.boundCustomer({ balance: '100000.00' });
    const partnerReferenceNo = `AUT-${randomUUID()}`;
    const partnerCaptureNo = `CAP-${randomUUID()}`;
    const input = {
      partnerReferenceNo,
      customerId,
      amount: idr('50000.00'),
      title: 'Hotel',
      captureWithin: '10 minutes',
    };
    if (call !== 'authPayment') await authorized.authorize(input);
    return {
      accountId,
      run: async (plant) => {
        if (call === 'historyDetail') await lose(shop, 'authCapture', 'after', partnerCaptureNo);
        if (call === 'historyList') await lose(shop, 'authCapture', 'before', partnerCaptureNo);
        // DOKU's history is asked about the capture by its own number, or by whose history it is.
        const asked = { historyDetail: partnerCaptureNo, historyList: accountId };
        await plant(asked[call as keyof typeof asked] ?? partnerReferenceNo);
        await authorized.authorize(input);
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
const lose = (
  shop: Shop,
  operation: OperationName,
  when: 'before' | 'after',
  partnerReferenceNo: string,
) => shop.doku.fault({ operation, fault: 'drop', when, match: { partnerReferenceNo } });

export const transferScenarios: readonly Scenario[] = [
  bankTransfer('bankAccountInquiry'),
  bankTransfer('transferBank'),
  bankTransfer('historyDetail'),
  bankTransfer('historyList'),
  authorizedPurchase('authPayment'),
  authorizedPurchase('authCapture'),
  authorizedPurchase('authVoid'),
  authorizedPurchase('historyDetail'),
  authorizedPurchase('historyList'),
];
