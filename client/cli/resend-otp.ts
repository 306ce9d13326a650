import * as z from 'zod';
import type { ClosingStep } from '../../workflows/close-account-contract.js';
import type { NextStep } from '../../workflows/open-account-contract.js';
import { commandOf } from './command.js';
import { inTime, UPDATE_SECONDS } from './in-time.js';
import { toldInstant } from './instant.js';
import { assertFits, journeyNameShape, workflowIdOf, written } from './journey-name.js';
import { notProven } from './not-proven.js';

export const resendOtp = commandOf({
  positionals: ['journey', 'id'],
  input: z
    .strictObject({ ...journeyNameShape, journey: z.enum(['open-account', 'close-account']) })
    .superRefine(assertFits),
  notes: 'ID is CUSTOMER/REFERENCE.',
  async run(name, desk) {
    const sent = desk.journeys.update<NextStep | ClosingStep>(workflowIdOf(name), 'resendOtp');
    const step = await inTime(sent, UPDATE_SECONDS);
    if (step === 'late') return notProven(desk, name, UPDATE_SECONDS);
    if (step.show !== 'enter-otp') {
      const text = `${written(name)}: no OTP is awaited any more`;
      return { data: { ...name, show: step.show }, text, problem: 'no OTP was sent' };
    }
    return {
      data: { ...name, ...step },
      text: `${written(name)}: an OTP is on its way; ${step.triesLeft} tries until ${toldInstant(step.expiresAt)}`,
    };
  },
});
