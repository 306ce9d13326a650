import { openAccountWorkflowId } from '../contract/identity.js';
import {
  type NextStep,
  type OpenAccountInput,
  type OpenAccountResult,
  type OpenAccountView,
  openAccountInputSchema,
  openAccountStatusSchema,
  returnedSchema,
} from '../contract/open-account.js';
import type { OtpAnswer } from '../contract/otp.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { customersKeySchema, JourneyClient, unlessAbandoned } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';
import type { Start } from './temporal/start.js';

/** Which opening: the merchant's customer and the merchant's number for it. */
export interface OpeningKey {
  readonly customerId: string;
  readonly reference: string;
}

/**
 * Openings of DOKU accounts. Every method may be called again with the same arguments.
 */
export class OpenAccountJourney extends JourneyClient<
  OpeningKey,
  OpenAccountView,
  OpenAccountResult
> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: customersKeySchema,
      keyName: 'key',
      idOf,
      statuses: openAccountStatusSchema,
    });
  }

  /**
   * Starts the opening and returns what to show the customer first, in one round trip.
   *
   * @throws InvalidInputError, InputMismatchError, JourneyEndedError
   */
  async start(input: OpenAccountInput, options?: CallOptions): Promise<NextStep> {
    return this.journeys.startAndUpdate<NextStep>(startOf(input), 'nextStep', options);
  }

  /**
   * Passes on what the customer typed. A wrong OTP is an answer, not an error. The right one said again is answered so again,
   * also once it has ended.
   *
   * @throws InvalidInputError when it cannot be an OTP; NotNowError when none is awaited; JourneyEndedError for another than the
   *   right one after the end.
   */
  async submitOtp(
    key: OpeningKey,
    otp: string,
    options?: CallOptions,
  ): Promise<OtpAnswer<NextStep>> {
    return this.submitted<OtpAnswer<NextStep>>(key, otp, options, (result) => ({
      verified: true,
      next: { show: 'done', result },
    }));
  }

  /** Sends the customer a new OTP. @throws NotNowError when none is awaited or too many were sent. */
  async resendOtp(key: OpeningKey, options?: CallOptions): Promise<NextStep> {
    return this.journeys.update(this.idOf(key), 'resendOtp', undefined, options);
  }

  /**
   * Passes on the raw query string with which DOKU's page sent the browser back.
   *
   * @returns what to show next: the result, too, where the journey has asked DOKU by itself and ended before.
   */
  async returned(key: OpeningKey, rawQuery: string, options?: CallOptions): Promise<NextStep> {
    const argument = checked(returnedSchema, { rawQuery }, 'returned');
    const sent = this.journeys.update<NextStep>(this.idOf(key), 'returned', argument, options);
    return this.answerOrEnd(sent, (result): NextStep => ({ show: 'done', result }));
  }

  /**
   * The customer gave up. @returns the result; that of an opening which was given up before is returned as it is.
   *
   * @throws JourneyEndedError when it has ended otherwise: how, its `result` says.
   */
  async abandon(key: OpeningKey, options?: CallOptions): Promise<OpenAccountResult> {
    const ending = { update: 'abandon', refusal: unlessAbandoned };
    return this.endBy(key, ending, options);
  }
}

const idOf = (key: OpeningKey) => openAccountWorkflowId(key.customerId, key.reference);

function startOf(input: OpenAccountInput): Start {
  const parsed = checked(openAccountInputSchema, input);
  return {
    workflowType: 'openAccount',
    workflowId: openAccountWorkflowId(parsed.customerId, parsed.reference),
    input: parsed,
    schema: openAccountInputSchema,
    summary: `Open the DOKU account of ${parsed.customerId}`,
    found: {
      status: parsed.accountId ? 'binding' : 'creating',
      customerId: parsed.customerId,
      partnerReferenceNo: parsed.reference,
    },
  };
}
