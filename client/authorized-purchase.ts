import {
  type AuthorizedPurchaseInput,
  type AuthorizedPurchaseResult,
  type AuthorizedPurchaseView,
  authorizedPurchaseInputSchema,
  authorizedPurchaseStatusSchema,
  captureSchema,
  type StepResult,
  voidSchema,
} from '../contract/authorized-purchase.js';
import { authorizedPurchaseWorkflowId } from '../contract/identity.js';
import { type Money, written } from '../contract/money.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';

/** Authorised purchases, by `partnerReferenceNo`. Every method may be called again with the same arguments. */
export class AuthorizedPurchaseJourney extends JourneyClient<
  string,
  AuthorizedPurchaseView,
  AuthorizedPurchaseResult
> {
  constructor(journeys: Journeys) {
    super(journeys, {
      idOf: authorizedPurchaseWorkflowId,
      statuses: authorizedPurchaseStatusSchema,
    });
  }

  /**
   * Starts it and returns once the amount is held, in one round trip.
   *
   * @throws InvalidInputError, InputMismatchError, CustomerNotBoundError
   * @throws JourneyEndedError with the {@link AuthorizedPurchaseResult} when DOKU holds nothing.
   */
  async authorize(
    input: AuthorizedPurchaseInput,
    options?: CallOptions,
  ): Promise<AuthorizedPurchaseView> {
    const parsed = checked(authorizedPurchaseInputSchema, input);
    return this.journeys.startAndUpdate<AuthorizedPurchaseView>(
      {
        workflowType: 'authorizedPurchase',
        workflowId: authorizedPurchaseWorkflowId(parsed.partnerReferenceNo),
        input: parsed,
        schema: authorizedPurchaseInputSchema,
        summary: `Authorised purchase ${parsed.partnerReferenceNo}, ${written(parsed.amount)}, of ${parsed.customerId}`,
        found: {
          status: 'authorizing',
          customerId: parsed.customerId,
          partnerReferenceNo: parsed.partnerReferenceNo,
        },
      },
      'authorized',
      options,
    );
  }

  /**
   * Takes from what is held, and returns when DOKU proves it. A refusal of DOKU's is an answer, not an error.
   *
   * @param capture.amount - default: all that remains. @param capture.last - gives the rest back.
   * @throws InvalidInputError above what remains; NotNowError when nothing is held; JourneyEndedError.
   */
  async capture(
    partnerReferenceNo: string,
    capture: { partnerCaptureNo: string; amount?: Money; last?: boolean },
    options?: CallOptions,
  ): Promise<StepResult> {
    return this.journeys.updateProven(
      authorizedPurchaseWorkflowId(partnerReferenceNo),
      'capture',
      checked(captureSchema, capture, 'capture'),
      options,
    );
  }

  /**
   * Gives back from what is held, and returns when DOKU proves it.
   *
   * @throws InvalidInputError above what remains; NotNowError when nothing is held; JourneyEndedError.
   */
  async void(
    partnerReferenceNo: string,
    voided: { partnerVoidNo: string; amount?: Money; reason?: string },
    options?: CallOptions,
  ): Promise<StepResult> {
    return this.journeys.updateProven(
      authorizedPurchaseWorkflowId(partnerReferenceNo),
      'void',
      checked(voidSchema, voided, 'void'),
      options,
    );
  }
}
