import { setTimeout } from 'node:timers/promises';
import { closeAccountWorkflowId } from '../../../contract/identity.js';
import { type Cast, insist, type Part, told } from '../cast.js';

const LOOK_MS = 300;

/** A customer who leaves, perhaps while journeys of theirs are open. */
export function closeAccount(cast: Cast): Part {
  const { backend, plan, diary, customer, site } = cast;
  const { closeAccount: closings } = backend.journeys;
  const { course } = plan;
  const key = { customerId: customer.customerId, reference: `close-${plan.name}` };
  const input = {
    ...key,
    otpWithin: '30 seconds',
    waitForOpenJourneys: `${course.seconds} seconds`,
  };
  const enterOtp = () =>
    told(diary, 'the customer types the OTP', async () => {
      const otp = await site.doku.otp(customer.phoneNo);
      const answer = await insist(cast, () => closings.submitOtp(key, otp));
      if (!answer.verified) await insist(cast, () => closings.resendOtp(key));
    });
  const goOn = async () => {
    for (;;) {
      const { next, status } = await insist(cast, () => closings.status(key));
      if (next.show === 'done' || status === 'needs-attention' || Date.now() > cast.until) return;
      if (course.customer === 'stays-away') return;
      if (next.show === 'enter-otp') await enterOtp();
      await setTimeout(LOOK_MS);
    }
  };
  return {
    subject: {
      kind: 'closeAccount',
      workflowId: closeAccountWorkflowId(key.customerId, key.reference),
      shownAs: ['close-account', `${key.customerId}/${key.reference}`],
      number: key.reference,
      amount: '0.00',
    },
    start: () => closings.start(input),
    play: async () => {
      await cast.meet('account', customer.accountId);
      await cast.meet('reference', `${key.reference}-1`);
      await told(diary, 'the backend starts it', () => insist(cast, () => closings.start(input)));
      await goOn();
    },
    status: () => closings.status(key),
    result: () => closings.result(key),
    resolve: (resolution) => closings.resolve(key, resolution),
  };
}
