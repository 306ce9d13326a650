import { refundWorkflowId } from '../contract/identity.js';
import { written } from '../contract/money.js';
import {
  type RefundInput,
  type RefundResult,
  type RefundView,
  refundInputSchema,
  refundStatusSchema,
} from '../contract/refund.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient, numberKeySchema } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';

/** Refunds of paid purchases, by `partnerRefundNo`. Every method may be called again with the same arguments. */
export class RefundJourney extends JourneyClient<string, RefundView, RefundResult> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: numberKeySchema,
      keyName: 'partnerRefundNo',
      idOf: refundWorkflowId,
      statuses: refundStatusSchema,
    });
  }

  /**
   * Starts the refund: the whole or a part of what was paid.
   *
   * @throws InvalidInputError, InputMismatchError
   */
  async start(input: RefundInput, options?: CallOptions): Promise<void> {
    const parsed = checked(refundInputSchema, input);
    await this.journeys.start(
      {
        workflowType: 'refund',
        workflowId: refundWorkflowId(parsed.partnerRefundNo),
        input: parsed,
        schema: refundInputSchema,
        summary: `Refund ${parsed.partnerRefundNo} of ${parsed.partnerReferenceNo}, ${written(parsed.amount)}`,
        found: {
          status: 'awaiting-turn',
          customerId: parsed.customerId,
          partnerReferenceNo: parsed.partnerReferenceNo,
        },
      },
      options,
    );
  }
}
