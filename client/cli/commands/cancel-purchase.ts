import * as z from 'zod';
import { partnerReferenceNoSchema } from '../../../contract/identity.js';
import { cancelArgumentSchema, type PurchaseResult } from '../../../contract/purchase.js';
import { PurchaseJourney } from '../../purchase.js';
import { type Answer, commandOf } from '../mechanisms/command.js';
import { inTime, waitSchema } from '../mechanisms/in-time.js';
import { notProven } from '../mechanisms/not-proven.js';

export const cancelPurchase = commandOf({
  positionals: ['number'],
  input: z.strictObject({
    number: partnerReferenceNoSchema.meta({ description: 'the order number' }),
    reason: cancelArgumentSchema.shape.reason.meta({
      description: 'goes to DOKU and into the result; nothing personal',
    }),
    wait: waitSchema,
  }),
  async run({ number, reason, wait }, desk) {
    const cancelled = new PurchaseJourney(desk.journeys).cancel(number, reason);
    const result = await inTime(cancelled, wait);
    if (result === 'late') return notProven(desk, { journey: 'purchase', id: number }, wait);
    return answerOf(result);
  },
});

function answerOf(result: PurchaseResult): Answer {
  const { partnerReferenceNo, outcome, reason } = result;
  return { data: result, text: `purchase ${partnerReferenceNo}: ${outcome} (${reason})` };
}
