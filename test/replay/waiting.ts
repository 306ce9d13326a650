import type { Client } from '@temporalio/client';
import { authorizedPurchaseWorkflowId } from '../../contract/identity.js';
import { reset } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

/** More calls than there is room for wait for an operator, and go on waiting in a run that a reset makes. */
export async function recordWaiting(shop: Shop, client: Client): Promise<void> {
  const partnerReferenceNo = 'WAITED-FOR';
  const { customerId } = await shop.boundCustomer();
  const { authorizedPurchase } = shop.journeys;
  await authorizedPurchase.authorize({
    ...{ partnerReferenceNo, customerId, amount: idr('500.00'), title: 't' },
  });
  const capture = { partnerCaptureNo: 'WAITED-CAPTURE', amount: idr('200.00') };
  const { partnerCaptureNo: reference } = capture;
  await shop.doku.temperament({
    ...{ temperament: 'showsStatus', status: 'ODD', operation: 'historyDetail', reference },
  });
  const match = { partnerReferenceNo: reference };
  await shop.doku.fault({ operation: 'authCapture', fault: 'drop', when: 'after', match });
  const said = (times: number, more: object = {}) =>
    Promise.allSettled(
      Array.from({ length: times }, () =>
        authorizedPurchase.capture(
          partnerReferenceNo,
          { ...capture, ...more },
          { deadline: Date.now() + 4_000 },
        ),
      ),
    );
  const parked = () =>
    eventually(
      () => authorizedPurchase.status(partnerReferenceNo),
      ({ attention }) => attention !== undefined,
    );
  await said(9);
  await parked();
  await reset(client, authorizedPurchaseWorkflowId(partnerReferenceNo), { task: -1 });
  await parked();
  await said(9);
  const decided = (decision: string, force = false) =>
    authorizedPurchase.resolve(partnerReferenceNo, {
      ...{ decision, operator: 'ani', note: 'looked up', force },
    });
  // Of those that wait for DOKU to be asked none comes first.
  await Promise.allSettled([
    ...['record-undone', 'record-undone'].map((decision) => decided(decision)),
    decided('record-done', true),
  ]);
  await said(1, { partnerCaptureNo: 'WAITED-LAST', amount: idr('100.00'), last: true });
  await authorizedPurchase.result(partnerReferenceNo);
}
