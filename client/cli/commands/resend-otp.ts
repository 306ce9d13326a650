import * as z from 'zod';
import type { ClosingStep } from '../../../contract/close-account.js';
import type { NextStep } from '../../../contract/open-account.js';
import { assertNamesOne, givenNameShape, theNamed } from '../journeys/given-name.js';
import { type JourneyName, workflowIdOf, written } from '../journeys/name.js';
import { commandOf } from '../mechanisms/command.js';
import { UsageError } from '../mechanisms/failure.js';
import { inTime, UPDATE_SECONDS } from '../mechanisms/in-time.js';
import { toldInstant } from '../mechanisms/instant.js';
import { notProven } from '../mechanisms/not-proven.js';

export const resendOtp = commandOf({
  positionals: ['journey', 'id'],
  input: z.strictObject(givenNameShape).superRefine(assertNamesOne),
  notes: 'Of an open-account or a close-account, whose ID is CUSTOMER/REFERENCE.',
  async run(given, desk) {
    const name = await theNamed(desk, given);
    assertHasOtp(name);
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

function assertHasOtp(name: JourneyName): void {
  if (name.journey !== 'open-account' && name.journey !== 'close-account')
    throw new UsageError(
      `journey: no customer has an OTP for ${written(name)}: must be an open-account or a close-account`,
    );
}
