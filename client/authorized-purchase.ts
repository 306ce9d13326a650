import type * as z from 'zod';
import {
  type AuthorizedPurchaseInput,
  type AuthorizedPurchaseResult,
  type AuthorizedPurchaseView,
  authorizedPurchaseInputSchema,
  authorizedPurchaseStatusSchema,
  captureSchema,
  type StepBefore,
  type StepResult,
  stepAskedSchema,
  voidSchema,
} from '../contract/authorized-purchase.js';
import { authorizedPurchaseWorkflowId } from '../contract/identity.js';
import { type Money, written } from '../contract/money.js';
import { InputMismatchError, JourneyEndedError, UnexpectedAnswerError } from './errors.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient, numberKeySchema } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';
import { mismatchOf } from './temporal/mismatch.js';

/** Authorised purchases, by `partnerReferenceNo`. Every method may be called again with the same arguments. */
export class AuthorizedPurchaseJourney extends JourneyClient<
  string,
  AuthorizedPurchaseView,
  AuthorizedPurchaseResult
> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: numberKeySchema,
      keyName: 'partnerReferenceNo',
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
   * Said again it is answered as the first time, also once all has ended.
   *
   * @param capture.amount - default: all that remains. @param capture.last - gives the rest back.
   * @returns `rejected` where DOKU refuses it, or others that were under way have left less: its number is used up.
   * @throws InvalidInputError above what remains, and the number stays free; NotNowError when nothing is held.
   * @throws InputMismatchError when its number is another capture's or void's; JourneyEndedError.
   */
  async capture(
    partnerReferenceNo: string,
    capture: { partnerCaptureNo: string; amount?: Money; last?: boolean },
    options?: CallOptions,
  ): Promise<StepResult> {
    const argument = checked(captureSchema, capture, 'capture');
    return this.#step(partnerReferenceNo, 'capture', argument, options);
  }

  /**
   * Gives back from what is held, and returns when DOKU proves it. Answers as {@link capture} does.
   *
   * @throws InvalidInputError, NotNowError, InputMismatchError, JourneyEndedError as {@link capture} does.
   */
  async void(
    partnerReferenceNo: string,
    voided: { partnerVoidNo: string; amount?: Money; reason?: string },
    options?: CallOptions,
  ): Promise<StepResult> {
    const argument = checked(voidSchema, voided, 'void');
    return this.#step(partnerReferenceNo, 'void', argument, options);
  }

  async #step(
    partnerReferenceNo: string,
    update: 'capture' | 'void',
    argument: Step,
    options: CallOptions | undefined,
  ): Promise<StepResult> {
    const workflowId = this.idOf(partnerReferenceNo);
    try {
      return await this.journeys.updateProven(workflowId, update, argument, options);
    } catch (error) {
      const isMismatch = error instanceof InputMismatchError;
      if (!isMismatch && !(error instanceof JourneyEndedError)) throw error;
      const before = await this.#before(workflowId, { [update]: argument }, options);
      if (isMismatch || before.isOther) throw stepMismatch(workflowId, argument, before);
      if (before.answer) return before.answer;
      throw error;
    }
  }

  /** Whoever asks for the same again, once all has ended, missed the answer. */
  async #before(
    workflowId: string,
    step: object,
    options: CallOptions | undefined,
  ): Promise<StepBefore> {
    try {
      return await this.journeys.query<StepBefore>(workflowId, 'step', options, step);
    } catch (error) {
      // Workers of before do not tell.
      if (error instanceof UnexpectedAnswerError) return {};
      throw error;
    }
  }
}

type Step = z.output<typeof captureSchema> | z.output<typeof voidSchema>;

/** Workers of before do not tell which other one it is. */
function stepMismatch(workflowId: string, step: Step, { existing }: StepBefore): Error {
  const message = `${workflowId} has another capture or void under this number`;
  // Why it was voided tells no two of them apart.
  const { reason: _, ...given } = { reason: undefined, ...step };
  return existing
    ? mismatchOf(message, { given, existing, schema: stepAskedSchema })
    : new InputMismatchError(message);
}
