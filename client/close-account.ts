import {
  type CloseAccountInput,
  type CloseAccountResult,
  type CloseAccountView,
  type ClosingStep,
  closeAccountInputSchema,
  closeAccountStatusSchema,
} from '../contract/close-account.js';
import { closeAccountWorkflowId } from '../contract/identity.js';
import type { OtpAnswer } from '../contract/otp.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { customersKeySchema, JourneyClient, unlessAbandoned } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';

/** Which closing: the merchant's customer and the merchant's number for it. */
export interface ClosingKey {
  readonly customerId: string;
  readonly reference: string;
}

/** Closings of bindings. Every method may be called again with the same arguments. */
export class CloseAccountJourney extends JourneyClient<
  ClosingKey,
  CloseAccountView,
  CloseAccountResult
> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: customersKeySchema,
      keyName: 'key',
      idOf,
      statuses: closeAccountStatusSchema,
    });
  }

  /**
   * Starts the closing and returns what to show the customer first, in one round trip.
   *
   * @throws InvalidInputError, InputMismatchError, JourneyEndedError
   */
  async start(input: CloseAccountInput, options?: CallOptions): Promise<ClosingStep> {
    const parsed = checked(closeAccountInputSchema, input);
    return this.journeys.startAndUpdate<ClosingStep>(
      {
        workflowType: 'closeAccount',
        workflowId: idOf(parsed),
        input: parsed,
        schema: closeAccountInputSchema,
        summary: `Close the DOKU account of ${parsed.customerId}`,
        found: {
          status: 'checking',
          customerId: parsed.customerId,
          partnerReferenceNo: parsed.reference,
        },
      },
      'nextStep',
      options,
    );
  }

  /**
   * Passes on what the customer typed. A wrong OTP is an answer, not an error. The right one said again is answered so again,
   * also once it has ended.
   *
   * @throws InvalidInputError when it cannot be an OTP; NotNowError when none is awaited; JourneyEndedError for another than the
   *   right one after the end.
   */
  async submitOtp(
    key: ClosingKey,
    otp: string,
    options?: CallOptions,
  ): Promise<OtpAnswer<ClosingStep>> {
    return this.submitted<OtpAnswer<ClosingStep>>(key, otp, options, (result) => ({
      verified: true,
      next: { show: 'done', result },
    }));
  }

  /** Sends the customer a new OTP. @throws NotNowError when none is awaited or too many were sent. */
  async resendOtp(key: ClosingKey, options?: CallOptions): Promise<ClosingStep> {
    return this.journeys.update(this.idOf(key), 'resendOtp', undefined, options);
  }

  /**
   * The customer gave up. @returns the result; that of a closing which was given up before is returned as it is.
   *
   * @throws JourneyEndedError when it has ended otherwise: how, its `result` says.
   */
  async abandon(key: ClosingKey, options?: CallOptions): Promise<CloseAccountResult> {
    const ending = { update: 'abandon', refusal: unlessAbandoned };
    return this.endBy(key, ending, options);
  }
}

const idOf = (key: ClosingKey) => closeAccountWorkflowId(key.customerId, key.reference);
