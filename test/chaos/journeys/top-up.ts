import { topUpWorkflowId } from '../../../contract/identity.js';
import { idr } from '../../setting/shop.js';
import { type Cast, insist, type Part, told } from '../cast.js';
import type { Subject } from '../judge/case.js';

export const topUpSubject = (partnerReferenceNo: string, amount: string): Subject => ({
  kind: 'topUp',
  workflowId: topUpWorkflowId(partnerReferenceNo),
  shownAs: ['top-up', partnerReferenceNo],
  number: partnerReferenceNo,
  amount,
});

/** A payout to one customer. */
export function topUp(cast: Cast): Part {
  const { backend, plan, diary, customer } = cast;
  const { topUp: topUps } = backend.journeys;
  const partnerReferenceNo = `TOP-${plan.name}`;
  const input = { partnerReferenceNo, customerId: customer.customerId, amount: idr(plan.amount) };
  return {
    subject: topUpSubject(partnerReferenceNo, plan.amount),
    start: () => topUps.start(input),
    startChanged: () => topUps.start({ ...input, amount: idr('77777.00') }),
    play: async () => {
      await cast.meet('reference', partnerReferenceNo);
      await told(diary, 'the backend starts it', () => insist(cast, () => topUps.start(input)));
    },
    status: () => topUps.status(partnerReferenceNo),
    result: () => topUps.result(partnerReferenceNo),
    resolve: (resolution) => topUps.resolve(partnerReferenceNo, resolution),
    sayAgain: () => topUps.funded(partnerReferenceNo),
  };
}
