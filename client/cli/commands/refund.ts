import * as z from 'zod';
import { customerIdSchema, partnerReferenceNoSchema } from '../../../contract/identity.js';
import { moneySchema } from '../../../contract/money.js';
import { type RefundResult, refundInputSchema } from '../../../contract/refund.js';
import { RefundJourney } from '../../refund.js';
import { recordOf } from '../journeys/state.js';
import { type Answer, commandOf } from '../mechanisms/command.js';
import type { Desk } from '../mechanisms/desk.js';
import { UsageError } from '../mechanisms/failure.js';
import { inTime, waitSchema } from '../mechanisms/in-time.js';
import { notProven } from '../mechanisms/not-proven.js';

export const refund = commandOf({
  positionals: ['number'],
  input: z.strictObject({
    number: partnerReferenceNoSchema.meta({ description: 'the order number of the purchase' }),
    refundNo: partnerReferenceNoSchema.meta({
      description: "the refund's own number: used twice, it is refunded once",
      value: 'NUMBER',
    }),
    amount: moneySchema.shape.value.meta({
      description: 'rupiah, such as 10000.00; the whole or a part of what was paid',
      value: 'AMOUNT',
    }),
    reason: refundInputSchema.shape.reason.meta({ description: 'goes to DOKU; nothing personal' }),
    customer: customerIdSchema.optional().meta({
      description: "only where Temporal's retention has forgotten the purchase",
      value: 'ID',
    }),
    wait: waitSchema,
  }),
  notes: 'A part goes back once the purchase has settled, which may take days.',
  async run({ number, refundNo, amount, reason, customer, wait }, desk) {
    const refunds = new RefundJourney(desk.journeys);
    await refunds.start({
      partnerRefundNo: refundNo,
      partnerReferenceNo: number,
      customerId: customer ?? (await customerOf(desk, number)),
      amount: { value: amount, currency: 'IDR' },
      reason,
    });
    const result = await inTime(refunds.result(refundNo), wait);
    if (result === 'late') return notProven(desk, { journey: 'refund', id: refundNo }, wait);
    return answerOf(result);
  },
});

async function customerOf(desk: Desk, id: string): Promise<string> {
  const { customerId } = await recordOf(desk, { journey: 'purchase', id });
  if (customerId === undefined)
    throw new UsageError('--customer: is missing, as the purchase does not say whose it is');
  return customerId;
}

function answerOf(result: RefundResult): Answer {
  const { partnerRefundNo, outcome, by, rejection, refusal } = result;
  const text = `refund ${partnerRefundNo}: ${outcome}${by ? ` (by ${by})` : ''}`;
  if (outcome === 'refunded') return { data: result, text };
  return {
    data: result,
    text,
    problem: `nothing went back: ${[rejection, refusal].filter(Boolean).join(', ')}`,
  };
}
