import { setTimeout } from 'node:timers/promises';
import type { NextStep } from '../../../client/index.js';
import { openAccountWorkflowId } from '../../../contract/identity.js';
import { sendForm } from '../actors/page.js';
import { type Cast, insist, type Part, told } from '../cast.js';

const LOOK_MS = 300;
/** On both pages together. */
const MOST_VISITS = 4;

/** A customer who is new to DOKU, from the first request over OTP and pages to the binding. */
export function openAccount(cast: Cast): Part {
  const { backend, plan, diary, site } = cast;
  const { openAccount: openings } = backend.journeys;
  const { course } = plan;
  const number = Number(plan.name.split('-').at(-1));
  const phoneNo = `0813${100_000_000 + number}`;
  const key = { customerId: `new-${plan.name}`, reference: `open-${plan.name}` };
  const input = {
    ...key,
    redirectUrl: 'https://merchant.example/account',
    customer: { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' },
    otpWithin: '40 seconds',
    pageWithin: '60 seconds',
  };
  diary.accountId = '-';
  let visits = 0;

  const enterOtp = () =>
    told(diary, 'the customer types the OTP', async () => {
      const otp = await site.doku.otp(phoneNo);
      const answer = await insist(cast, () => openings.submitOtp(key, otp));
      if (!answer.verified) await insist(cast, () => openings.resendOtp(key));
    });
  const onPage = async ({ url, page }: Extract<NextStep, { show: 'open-url' }>) => {
    visits += 1;
    // Who agreed, and has not come back to the shop, does not agree over and over.
    if (visits > MOST_VISITS) return void (await setTimeout(LOOK_MS));
    const { rawQuery } = await sendForm(url, { pin: '123456', repeat: '123456' });
    diary.note(`the customer is on the page ${page}`);
    // Sent before: the journey's own status goes on from there.
    if (rawQuery === undefined) return void (await setTimeout(LOOK_MS));
    const accountId = new URLSearchParams(rawQuery).get('accountId');
    if (accountId !== null) {
      diary.accountId = accountId;
      await cast.meet('account', accountId);
    }
    if (course.returns || page === 'create-pin')
      await told(diary, `the browser returns from ${page}`, () =>
        insist(cast, () => openings.returned(key, rawQuery)),
      );
  };
  const goOn = async () => {
    for (;;) {
      const { next } = await insist(cast, () => openings.status(key));
      if (next.show === 'done' || Date.now() > cast.until) return;
      if (course.customer === 'stays-away') return;
      if (next.show === 'enter-otp') await enterOtp();
      if (next.show === 'open-url') await onPage(next);
      await setTimeout(LOOK_MS);
      const { status } = await insist(cast, () => openings.status(key));
      if (status === 'needs-attention') return;
    }
  };

  return {
    subject: {
      kind: 'openAccount',
      workflowId: openAccountWorkflowId(key.customerId, key.reference),
      shownAs: ['open-account', `${key.customerId}/${key.reference}`],
      number: key.reference,
      amount: '0.00',
    },
    start: () => openings.start(input),
    play: async () => {
      await cast.meet('reference', `${key.reference}-1`);
      await cast.meet('second', `${key.reference}-2`);
      await told(diary, 'the backend starts it', () => insist(cast, () => openings.start(input)));
      await setTimeout(course.thinksMs);
      await goOn();
    },
    status: () => openings.status(key),
    result: () => openings.result(key),
    resolve: (resolution) => openings.resolve(key, resolution),
  };
}
