import type { Client } from '@temporalio/client';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

const OPERATOR = { operator: 'ani', note: 'looked up' };
const LESS = { temperament: 'otherAmount', percent: 90, times: 1 } as const;

/** What DOKU carried out in another amount, and was recorded so; and what was recorded as undone before a reset. */
export async function recordAsShown(shop: Shop, client: Client): Promise<void> {
  await Promise.all([
    shownHold(shop),
    shownTransfer(shop),
    undoneBeforeReset(shop, client),
    shownTopUp(shop),
  ]);
}

async function shownHold(shop: Shop): Promise<void> {
  const hold = await held(shop, 'SHOWN-HOLD');
  await shop.doku.temperament({ ...LESS, operation: 'authCapture', reference: 'SHOWN-HOLD' });
  const captured = hold.capture('SHOWN-CAPTURE', '200.00');
  await hold.decided('record-as-shown-180.00');
  await captured;
  await hold.capture('SHOWN-LAST', '100.00', true);
  await hold.ended();
}

async function undoneBeforeReset(shop: Shop, client: Client): Promise<void> {
  const hold = await held(shop, 'UNDONE-HOLD');
  const { id } = await shop.doku.temperament({
    ...{ temperament: 'showsStatus', status: 'ODD' },
    ...{ operation: 'historyDetail', reference: 'UNDONE-CAPTURE' },
  });
  const match = { partnerReferenceNo: 'UNDONE-CAPTURE' };
  await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'after', match });
  const captured = hold.capture('UNDONE-CAPTURE', '200.00');
  await hold.decided('record-undone');
  await captured;
  await shop.doku.calm(id);
  await reset(client, 'authorized-purchase/UNDONE-HOLD');
  await eventually(
    () => shop.journeys.authorizedPurchase.status('UNDONE-HOLD'),
    ({ status, unknownSince }) => status === 'authorized' && unknownSince === undefined,
  );
  await hold.capture('UNDONE-LAST', '100.00', true);
  await hold.ended();
}

async function held(shop: Shop, partnerReferenceNo: string) {
  const { customerId } = await shop.boundCustomer();
  const { authorizedPurchase } = shop.journeys;
  const amount = idr('500.00');
  await authorizedPurchase.authorize({ partnerReferenceNo, customerId, amount, title: 't' });
  return {
    capture: (partnerCaptureNo: string, value: string, last = false) =>
      authorizedPurchase.capture(partnerReferenceNo, {
        partnerCaptureNo,
        amount: idr(value),
        last,
      }),
    decided: async (decision: string) => {
      await eventually(
        () => authorizedPurchase.status(partnerReferenceNo),
        ({ attention }) => attention !== undefined,
      );
      await authorizedPurchase.resolve(partnerReferenceNo, { decision, ...OPERATOR });
    },
    ended: () => authorizedPurchase.result(partnerReferenceNo),
  };
}

async function shownTransfer(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'SHOWN-TRANSFER';
  const { bankTransfer } = shop.journeys;
  const { beneficiaryAccountName } = await bankTransfer.beneficiary({
    ...{ partnerReferenceNo, customerId, amount: idr('500.00') },
    ...{ beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' },
  });
  const operation = 'transferBank';
  await shop.doku.temperament({ ...LESS, operation, reference: partnerReferenceNo });
  await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
  await eventually(
    () => bankTransfer.status(partnerReferenceNo),
    ({ attention }) => attention !== undefined,
  );
  const decided = { decision: 'record-as-shown-450.00', ...OPERATOR };
  await bankTransfer.resolve(partnerReferenceNo, decided);
  await bankTransfer.result(partnerReferenceNo);
}

/** Its answer is lost, and DOKU's status leaves the amount out: the customer's history alone tells it. */
async function shownTopUp(shop: Shop): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const partnerReferenceNo = 'SHOWN-TOP-UP';
  const { topUp } = shop.journeys;
  await shop.doku.temperament({ ...LESS, operation: 'topUp', reference: partnerReferenceNo });
  await shop.doku.temperament({
    ...{ temperament: 'writesOddly', field: 'amount', form: 'missing' },
    ...{ operation: 'topUpStatus', reference: partnerReferenceNo },
  });
  const match = { partnerReferenceNo };
  await shop.doku.fault({ operation: 'topUp', fault: 'drop', when: 'after', match });
  await topUp.start({ partnerReferenceNo, customerId, amount: idr('500.00') });
  await eventually(
    () => topUp.status(partnerReferenceNo),
    ({ attention }) => attention !== undefined,
  );
  await topUp.resolve(partnerReferenceNo, { decision: 'record-as-shown-450.00', ...OPERATOR });
  await topUp.result(partnerReferenceNo);
}
