import { setTimeout } from 'node:timers/promises';
import { purchaseWorkflowId } from '../../../contract/identity.js';
import { idr } from '../../setting/shop.js';
import { sendForm } from '../actors/page.js';
import { type Cast, type Ending, insist, type Part, told } from '../cast.js';
import { refundSubject } from './refund.js';

/** After DOKU's page is over, by any clock. */
const LATE_MS = 400;
const CANCEL_WAIT_MS = 30_000;
const PAGE_WAIT_MS = 60_000;

/** An order, its customer on DOKU's page, and a backend that may acknowledge, cancel, or say nothing. */
export function purchase(cast: Cast): Part {
  const { backend, plan, diary, customer } = cast;
  const { purchase: purchases, refund: refunds } = backend.journeys;
  const { course } = plan;
  const partnerReferenceNo = `INV-${plan.name}`;
  const order = {
    partnerReferenceNo,
    customerId: customer.customerId,
    amount: idr(plan.amount),
    returnUrl: 'https://merchant.example/return',
    payWithin: `${course.seconds} seconds`,
    ...(course.acknowledgeSeconds && {
      acknowledgeWithin: `${course.acknowledgeSeconds} seconds`,
    }),
  };
  const beside: Ending[] = [];
  let page = '';
  let lastQuery = '';

  const pay = async () => {
    if (page === '') return;
    const { status, rawQuery = '' } = await sendForm(page, { pin: customer.pin });
    lastQuery ||= rawQuery;
    diary.note(`the customer pays: ${status}`);
    if (course.returns && rawQuery !== '')
      await insist(cast, () => purchases.customerReturned(partnerReferenceNo, rawQuery));
  };
  const decline = async () => {
    const { status } = await sendForm(page, { action: 'cancel' });
    diary.note(`the customer declines: ${status}`);
  };
  const cancel = () =>
    told(diary, 'the backend cancels', async () => {
      diary.wasCancelAsked = true;
      // It answers with the end, which may wait for an operator: a backend looks again later.
      const until = Math.min(cast.until, Date.now() + CANCEL_WAIT_MS);
      await insist({ until }, () => purchases.cancel(partnerReferenceNo, 'order withdrawn'));
    });
  const acknowledge = () =>
    told(diary, 'the backend acknowledges', async () => {
      await insist(cast, () => purchases.acknowledge(partnerReferenceNo));
      diary.wasAcknowledged = true;
    });

  /** Until it is paid and waits to be acknowledged, or over. */
  const acknowledgeOncePaid = async () => {
    for (;;) {
      const { status } = await insist(cast, () => purchases.status(partnerReferenceNo));
      if (status === 'awaiting-acknowledgement') break;
      if (!['requesting', 'awaiting-payment'].includes(status)) return;
      if (Date.now() > cast.until) return;
      await setTimeout(300);
    }
    await setTimeout(course.actsAfterMs);
    await acknowledge();
  };

  const behave = async () => {
    await setTimeout(course.thinksMs);
    switch (course.customer) {
      case 'pays':
        return pay();
      case 'pays-twice':
        return void (await Promise.all([pay(), pay()]));
      case 'pays-at-the-last-second':
        await setTimeout(Math.max(0, course.seconds * 1_000 - course.thinksMs - 300));
        await pay();
        return setTimeout(LATE_MS).then(pay);
      case 'pays-after-the-cancel':
        await cancel();
        return pay();
      case 'declines':
        return decline();
      case 'declines-and-returns':
        await decline();
        await setTimeout(1_000);
        return pay();
      case 'stays-away':
        return;
      default:
        return course.customer satisfies never;
    }
  };

  const merchant = async () => {
    if (course.merchant === 'acknowledges' && course.acknowledgeSeconds)
      await acknowledgeOncePaid();
    if (course.merchant === 'cancels' && course.customer !== 'pays-after-the-cancel') {
      await setTimeout(course.actsAfterMs);
      await cancel();
    }
  };

  return {
    subject: {
      kind: 'purchase',
      workflowId: purchaseWorkflowId(partnerReferenceNo),
      shownAs: ['purchase', partnerReferenceNo],
      number: partnerReferenceNo,
      amount: plan.amount,
    },
    start: () => purchases.redirect(order),
    beside,
    startChanged: () => purchases.redirect({ ...order, amount: idr('77777.00') }),
    play: async () => {
      await cast.meet('account', customer.accountId);
      await cast.meet('reference', partnerReferenceNo);
      const redirected = await told(diary, 'the backend starts it', async () => {
        // Without a page it may wait for an operator, who comes later.
        const until = Math.min(cast.until, Date.now() + PAGE_WAIT_MS);
        page = (await insist({ until }, () => purchases.redirect(order))).webRedirectUrl;
      });
      if (redirected) await Promise.all([behave(), merchant()]);
    },
    status: () => purchases.status(partnerReferenceNo),
    result: () => purchases.result(partnerReferenceNo),
    resolve: (resolution) => purchases.resolve(partnerReferenceNo, resolution),
    sayAgain: async () => {
      if (course.acknowledgeSeconds && diary.wasAcknowledged) await acknowledge();
    },
    purchase: {
      reload: () => purchases.customerReturned(partnerReferenceNo, lastQuery || 'status=SUCCESS'),
      notify: () => purchases.notified(partnerReferenceNo),
      pay,
      cancel,
      refund: async () => {
        const partnerRefundNo = `REF-${plan.name}`;
        const { customerId, amount } = order;
        const reason = 'gave up on it';
        const subject = refundSubject(partnerRefundNo, partnerReferenceNo, plan.amount);
        diary.subjects.push(subject);
        beside.push({
          subject,
          status: () => refunds.status(partnerRefundNo),
          result: () => refunds.result(partnerRefundNo),
          resolve: (resolution) => refunds.resolve(partnerRefundNo, resolution),
        });
        const input = { partnerRefundNo, partnerReferenceNo, customerId, amount, reason };
        await insist(cast, () => refunds.start(input));
      },
    },
  };
}
