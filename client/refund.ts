import { refundWorkflowId } from '../workflows/identity.js';
import { written } from '../workflows/money.js';
import {
  type RefundInput,
  type RefundResult,
  type RefundView,
  refundInputSchema,
} from '../workflows/refund-contract.js';
import { checked } from './checked.js';
import { JourneyClient } from './journey-client.js';
import type { Journeys } from './journeys.js';

/** Refunds of paid purchases, by `partnerRefundNo`. Every method may be called again with the same arguments. */
export class RefundJourney extends JourneyClient<string, RefundView, RefundResult> {
  constructor(journeys: Journeys) {
    super(journeys, refundWorkflowId);
  }

  /**
   * Starts the refund: the whole or a part of what was paid.
   *
   * @throws InvalidInputError, InputMismatchError
   */
  async start(input: RefundInput): Promise<void> {
    const parsed = checked(refundInputSchema, input);
    await this.journeys.start({
      workflowType: 'refund',
      workflowId: refundWorkflowId(parsed.partnerRefundNo),
      input: parsed,
      summary: `Refund ${parsed.partnerRefundNo} of ${parsed.partnerReferenceNo}, ${written(parsed.amount)}`,
      found: {
        status: 'awaiting-turn',
        customerId: parsed.customerId,
        partnerReferenceNo: parsed.partnerReferenceNo,
      },
    });
  }
}
