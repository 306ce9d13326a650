import { setTimeout } from 'node:timers/promises';
import { authorizedPurchaseWorkflowId } from '../../../contract/identity.js';
import { idr } from '../../setting/shop.js';
import { type Cast, insist, type Part, told } from '../cast.js';

const CAPTURE_WAIT_MS = 60_000;

/** An amount that is held, captured in parts, and given back for the rest: by a void, a last capture, or the limit. */
export function authorizedPurchase(cast: Cast): Part {
  const { backend, plan, diary, customer } = cast;
  const { authorizedPurchase: authorized } = backend.journeys;
  const { course } = plan;
  const partnerReferenceNo = `AUT-${plan.name}`;
  const input = {
    partnerReferenceNo,
    customerId: customer.customerId,
    amount: idr(plan.amount),
    title: 'Hotel',
    captureWithin: `${course.seconds} seconds`,
  };
  const part = idr(`${Math.max(1, Math.floor(Number(plan.amount) / 4))}.00`);
  const captures = Array.from({ length: course.parts }, (_, index) => ({
    partnerCaptureNo: `CAP-${plan.name}-${index}`,
    amount: part,
    last: course.settles && index === course.parts - 1,
  }));
  const partnerVoidNo = `VOID-${plan.name}`;
  diary.moreNumbers.push(...captures.map((each) => each.partnerCaptureNo), partnerVoidNo);
  const capture = (each: (typeof captures)[0]) =>
    told(diary, `the backend captures ${each.partnerCaptureNo}`, () => {
      // It may wait for an operator, who comes later.
      const until = Math.min(cast.until, Date.now() + CAPTURE_WAIT_MS);
      return insist({ until }, () => authorized.capture(partnerReferenceNo, each));
    });
  return {
    subject: {
      kind: 'authorizedPurchase',
      workflowId: authorizedPurchaseWorkflowId(partnerReferenceNo),
      shownAs: ['authorized-purchase', partnerReferenceNo],
      number: partnerReferenceNo,
      amount: plan.amount,
    },
    start: () => authorized.authorize(input),
    startChanged: () => authorized.authorize({ ...input, amount: idr('77777.00') }),
    play: async () => {
      await cast.meet('account', customer.accountId);
      await cast.meet('reference', partnerReferenceNo);
      await cast.meet('second', captures[0]?.partnerCaptureNo ?? '');
      const isHeld = await told(diary, 'the backend starts it', () =>
        insist(cast, () => authorized.authorize(input)),
      );
      if (!isHeld || course.merchant === 'stays-silent') return;
      await setTimeout(course.actsAfterMs);
      for (const each of captures) await capture(each);
      if (course.merchant === 'cancels')
        await told(diary, 'the backend voids the rest', () =>
          insist(cast, () => authorized.void(partnerReferenceNo, { partnerVoidNo })),
        );
    },
    status: () => authorized.status(partnerReferenceNo),
    result: () => authorized.result(partnerReferenceNo),
    resolve: (resolution) => authorized.resolve(partnerReferenceNo, resolution),
    sayAgain: async () => {
      const [first] = captures;
      if (first && course.merchant !== 'stays-silent') await capture(first);
    },
  };
}
