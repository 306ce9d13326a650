import * as z from 'zod';
import { type Resolution, resolveArgumentSchema } from '../../contract/needs-attention.js';
import { type OtpBefore, submitOtpSchema } from '../../contract/otp.js';
import { type DokuJourneysError, JourneyEndedError, UnexpectedAnswerError } from '../errors.js';
import { checked } from './checked.js';
import type { CallOptions } from './in-time.js';
import type { Journeys } from './journeys.js';

/** What of a journey's contract its client goes by. */
export interface JourneyKind<Key, Told = unknown> {
  readonly key: z.ZodType<Key>;
  /** What that is called. */
  readonly keyName: string;
  readonly idOf: (key: Key) => string;
  /** All that it may stand at. */
  readonly statuses: z.ZodEnum;
  /** Whether a view, or a result, is of what was asked for, where it says so. */
  readonly isOf?: (key: Key, told: Told) => boolean;
}

/** The key of most journeys: the merchant's own number. */
export const numberKeySchema = z.string().min(1);

/** The key of what is one of a customer's: of the merchant's own number beside it. */
export const customersKeySchema = z
  .object({ customerId: z.string().min(1), reference: z.string().min(1) })
  .readonly();

/** A wish that a journey ends. */
export interface Ending<Result> {
  readonly update: string;
  readonly argument?: unknown;
  readonly refusal: (result: Result, workflowId: string) => DokuJourneysError | undefined;
}

/** Of a journey that was not given up, as it has ended otherwise. */
export const unlessAbandoned = (
  result: { readonly outcome: string },
  workflowId: string,
): DokuJourneysError | undefined =>
  result.outcome === 'abandoned' ? undefined : endedOtherwise(result, workflowId);

/** Of what has ended otherwise than was wished for. */
export const endedOtherwise = (result: { readonly outcome: string }, workflowId: string) =>
  new JourneyEndedError(`${workflowId} has ended ${result.outcome}`, result);

/**
 * What can be asked of every journey, by its key. All methods throw {@link UnknownJourneyError} for a journey never
 * started, and take a deadline and a signal last: {@link CallOptions}.
 */
export class JourneyClient<Key, View extends { readonly status: string }, Result> {
  protected readonly journeys: Journeys;
  /** @throws InvalidInputError for what is no key: no type keeps one of JavaScript from it. */
  protected readonly idOf: (key: Key) => string;
  readonly #statuses: z.ZodEnum;
  readonly #isOf: (key: Key, told: View | Result) => boolean;

  constructor(journeys: Journeys, kind: JourneyKind<Key, View | Result>) {
    const { key: schema, keyName, idOf, statuses, isOf = () => true } = kind;
    this.journeys = journeys;
    this.idOf = (key) => idOf(checked(schema, key, keyName));
    this.#statuses = statuses;
    this.#isOf = isOf;
  }

  /**
   * Where the journey stands.
   *
   * @throws JourneyBrokenError when it was ended in Temporal, so that where it stood last is not so any more.
   */
  async status(key: Key, options?: CallOptions): Promise<View> {
    return this.#of(key, await this.journeys.query<View>(this.idOf(key), 'status', options));
  }

  /**
   * Waits until the journey stands at one of these statuses, or has ended, and answers at once when it does so already. It
   * costs no polling: Temporal tells when something has happened.
   *
   * @returns where it stands then. Look at its `status`: it may have ended otherwise.
   * @throws InvalidInputError for a status that the journey never has.
   * @throws DeadlineExceededError when it stands at none of them in time: wait again.
   * @throws JourneyBrokenError when it was ended in Temporal.
   */
  async until(key: Key, statuses: readonly View['status'][], options?: CallOptions): Promise<View> {
    checked(z.array(this.#statuses).min(1), statuses, 'statuses');
    return this.#of(key, await this.journeys.until<View>(this.idOf(key), statuses, options));
  }

  /** Waits for the end, however long it takes. @throws JourneyBrokenError when it was ended in Temporal. */
  async result(key: Key, options?: CallOptions): Promise<Result> {
    return this.#of(key, await this.journeys.result<Result>(this.idOf(key), options));
  }

  #of<Told extends View | Result>(key: Key, told: Told): Told {
    if (this.#isOf(key, told)) return told;
    throw new UnexpectedAnswerError(`${this.idOf(key)} tells of another than itself`);
  }

  /**
   * Sends an update that ends the journey.
   *
   * @param ending.refusal - the error of a result that is not what is wished for.
   * @returns the result; that of a journey which ended before as it is, where it is what is wished for.
   */
  protected async endBy(
    key: Key,
    { update, argument, refusal }: Ending<Result>,
    options: CallOptions | undefined,
  ): Promise<Result> {
    const sent = this.journeys.updateProven<Result>(this.idOf(key), update, argument, options);
    const result = await this.answerOrEnd(sent, (ended) => ended);
    const error = refusal(result, this.idOf(key));
    if (error) throw error;
    return result;
  }

  /** Passes on an OTP; the right one said again is answered so again, also after the journey's end, however that was. */
  protected async submitted<Answer>(
    key: Key,
    otp: string,
    options: CallOptions | undefined,
    ended: (result: Result) => Answer,
  ): Promise<Answer> {
    const workflowId = this.idOf(key);
    const argument = checked(submitOtpSchema, { otp }, 'submitOtp');
    try {
      return await this.journeys.update<Answer>(workflowId, 'submitOtp', argument, options);
    } catch (error) {
      if (!(error instanceof JourneyEndedError && error.result)) throw error;
      const before = this.journeys.query<OtpBefore>(workflowId, 'otp', options, argument);
      if ((await before).wasVerified) return ended(error.result as Result);
      throw error;
    }
  }

  /**
   * @param ended - what the result makes of it; throws the error where it makes nothing.
   * @returns the answer of an update, or what the result of a journey that ended before makes of it.
   */
  protected async answerOrEnd<Answer>(
    update: Promise<Answer>,
    ended: (result: Result, error: JourneyEndedError) => Answer,
  ): Promise<Answer> {
    try {
      return await update;
    } catch (error) {
      if (error instanceof JourneyEndedError && error.result)
        return ended(error.result as Result, error);
      throw error;
    }
  }

  /**
   * Decides for a journey in `needs-attention`.
   *
   * @throws NotNowError when it does not need attention, or when DOKU contradicts the decision and it is not forced.
   * @throws InvalidInputError when the decision is not allowed here.
   */
  async resolve(key: Key, resolution: Resolution, options?: CallOptions): Promise<void> {
    const argument = checked(resolveArgumentSchema, resolution, 'resolution');
    await this.journeys.update(this.idOf(key), 'resolve', argument, options);
  }
}
