import { Context } from '@temporalio/activity';
import { isUnanswered } from './ask.js';

/** Beyond these the whole page is asked again, by Temporal. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Asks DOKU many questions within one activity: no faster than allowed, and each again while DOKU gives no clear answer,
 * so that one among hundreds does not cost all the others. Heartbeats before every question.
 */
export class PatientAsker {
  readonly #callsASecond: number;
  #nextCallAt = 0;

  /** @param callsASecond - of all that this asks. */
  constructor(callsASecond: number) {
    this.#callsASecond = callsASecond;
  }

  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    for (const pauseMs of PAUSES_MS) {
      await this.#turn();
      try {
        return await question();
      } catch (error) {
        if (!isUnanswered(error)) throw error;
      }
      await Context.current().sleep(pauseMs);
    }
    await this.#turn();
    return question();
  }

  async #turn(): Promise<void> {
    const now = Date.now();
    const at = Math.max(now, this.#nextCallAt);
    this.#nextCallAt = at + 1_000 / this.#callsASecond;
    if (at > now) await Context.current().sleep(at - now);
    Context.current().heartbeat();
  }
}
