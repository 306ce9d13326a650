import { type Resolution, resolveArgumentSchema } from '../../contract/needs-attention.js';
import { JourneyEndedError } from '../errors.js';
import { checked } from './checked.js';
import type { Journeys } from './journeys.js';

/**
 * What can be asked of every journey, by its key. All methods throw {@link UnknownJourneyError} for a journey never
 * started.
 */
export class JourneyClient<Key, View, Result> {
  protected readonly journeys: Journeys;
  protected readonly idOf: (key: Key) => string;

  constructor(journeys: Journeys, idOf: (key: Key) => string) {
    this.journeys = journeys;
    this.idOf = idOf;
  }

  /** Where the journey stands. */
  async status(key: Key): Promise<View> {
    return this.journeys.query(this.idOf(key), 'status');
  }

  /** Waits for the end, however long it takes. */
  async result(key: Key): Promise<Result> {
    return this.journeys.result(this.idOf(key));
  }

  /** Sends an update that ends the journey. @returns the result; that of a journey which ended before as it is. */
  protected endBy(key: Key, update: string, argument?: unknown): Promise<Result> {
    return this.updateOrEnded(key, update, argument, (result) => result);
  }

  /** Sends an update. @returns its answer, or what the result of a journey that ended before makes of it. */
  protected async updateOrEnded<Answer>(
    key: Key,
    update: string,
    argument: unknown,
    ended: (result: Result) => Answer,
  ): Promise<Answer> {
    try {
      return await this.journeys.update(this.idOf(key), update, argument);
    } catch (error) {
      if (error instanceof JourneyEndedError && error.result) return ended(error.result as Result);
      throw error;
    }
  }

  /**
   * Decides for a journey in `needs-attention`.
   *
   * @throws NotNowError when it does not need attention, or when DOKU contradicts the decision and it is not forced.
   * @throws InvalidInputError when the decision is not allowed here.
   */
  async resolve(key: Key, resolution: Resolution): Promise<void> {
    const argument = checked(resolveArgumentSchema, resolution, 'resolution');
    await this.journeys.update(this.idOf(key), 'resolve', argument);
  }
}
