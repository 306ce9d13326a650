import { topUpWorkflowId } from '../contract/identity.js';
import { written } from '../contract/money.js';
import {
  type TopUpInput,
  type TopUpResult,
  type TopUpView,
  topUpInputSchema,
  topUpStatusSchema,
} from '../contract/top-up.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient, numberKeySchema } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';
import { hinted } from './temporal/unless-not-now.js';

/** Top-ups, by `partnerReferenceNo`. Every method may be called again with the same arguments. */
export class TopUpJourney extends JourneyClient<string, TopUpView, TopUpResult> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: numberKeySchema,
      keyName: 'partnerReferenceNo',
      idOf: topUpWorkflowId,
      statuses: topUpStatusSchema,
    });
  }

  /**
   * Starts the top-up, from the merchant's corporate balance to the customer's wallet.
   *
   * @throws InvalidInputError, InputMismatchError
   */
  async start(input: TopUpInput, options?: CallOptions): Promise<void> {
    const parsed = checked(topUpInputSchema, input);
    await this.journeys.start(
      {
        workflowType: 'topUp',
        workflowId: topUpWorkflowId(parsed.partnerReferenceNo),
        input: parsed,
        schema: topUpInputSchema,
        changing: ['waitForFunds'],
        summary: `Top-up ${parsed.partnerReferenceNo}, ${written(parsed.amount)}, to ${parsed.customerId}`,
        found: {
          status: 'inquiring',
          customerId: parsed.customerId,
          partnerReferenceNo: parsed.partnerReferenceNo,
        },
      },
      options,
    );
  }

  /** Money came into the corporate balance: one that waits for it tries again now. */
  async funded(partnerReferenceNo: string, options?: CallOptions): Promise<void> {
    const workflowId = this.idOf(partnerReferenceNo);
    await hinted(this.journeys.update(workflowId, 'funded', undefined, options));
  }
}
