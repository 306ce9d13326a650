import { purchaseWorkflowId, refundWorkflowId } from '../../../contract/identity.js';
import { idr } from '../../setting/shop.js';
import { sendForm } from '../actors/page.js';
import { type Cast, type Ending, insist, type Part, told } from '../cast.js';
import type { Subject } from '../judge/case.js';

export const refundSubject = (
  partnerRefundNo: string,
  partnerReferenceNo: string,
  amount: string,
): Subject => ({
  kind: 'refund',
  workflowId: refundWorkflowId(partnerRefundNo),
  shownAs: ['refund', partnerRefundNo],
  number: partnerRefundNo,
  ofOrder: partnerReferenceNo,
  amount,
});

/** An order that is paid, and up to three refunds of it at once, of which not all may fit into it. */
export function refund(cast: Cast): Part {
  const { backend, plan, diary, customer, site } = cast;
  const { purchase: purchases, refund: refunds } = backend.journeys;
  const { course } = plan;
  const partnerReferenceNo = `INV-${plan.name}`;
  const order = {
    partnerReferenceNo,
    customerId: customer.customerId,
    amount: idr(plan.amount),
    returnUrl: 'https://merchant.example/return',
  };
  const part = `${Math.max(1, Math.floor((Number(plan.amount) * 2) / (course.parts + 2)))}.00`;
  const amount = course.settles && course.parts > 1 ? part : plan.amount;
  const inputs = Array.from({ length: course.parts }, (_, index) => ({
    partnerRefundNo: `REF-${plan.name}-${index}`,
    partnerReferenceNo,
    customerId: customer.customerId,
    amount: idr(amount),
    reason: 'returned',
    settleWithin: '10 seconds',
  }));
  const [first, ...others] = inputs as [(typeof inputs)[0], ...typeof inputs];
  const subjectOf = ({ partnerRefundNo }: typeof first) =>
    refundSubject(partnerRefundNo, partnerReferenceNo, amount);
  diary.subjects.push(...others.map(subjectOf), {
    kind: 'purchase',
    workflowId: purchaseWorkflowId(partnerReferenceNo),
    shownAs: ['purchase', partnerReferenceNo],
    number: partnerReferenceNo,
    amount: plan.amount,
  });

  const paid = async () => {
    const { webRedirectUrl } = await insist(cast, () => purchases.redirect(order));
    await sendForm(webRedirectUrl, { pin: customer.pin });
    await insist(cast, () => purchases.notified(partnerReferenceNo));
    await insist(cast, () => purchases.result(partnerReferenceNo));
    if (course.settles) await site.doku.settle(partnerReferenceNo);
  };

  const endingOf = (input: typeof first): Ending => ({
    subject: subjectOf(input),
    status: () => refunds.status(input.partnerRefundNo),
    result: () => refunds.result(input.partnerRefundNo),
    resolve: (resolution) => refunds.resolve(input.partnerRefundNo, resolution),
  });

  return {
    ...endingOf(first),
    beside: others.map(endingOf),
    start: () => refunds.start(first),
    startChanged: () => refunds.start({ ...first, amount: idr('0.01') }),
    play: async () => {
      await paid();
      await cast.meet('reference', partnerReferenceNo);
      await Promise.all(
        inputs.map((input) =>
          told(diary, `the backend refunds ${input.amount.value}`, () =>
            insist(cast, () => refunds.start(input)),
          ),
        ),
      );
    },
  };
}
