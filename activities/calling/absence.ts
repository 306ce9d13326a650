import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type PollingDelays, stillPending } from './ask.js';

/** What a journey knows of its own sends, when it asks what became of them. */
export interface Sent {
  /** ISO 8601: when something under the reference may have reached DOKU last. */
  readonly lastSentAt: string;
  /** ISO 8601: before then it was not sent for the last time, where that is told. */
  readonly notBefore?: string;
  /** DOKU accepted it, or gave a page for it: that it shows nothing is a lag, however long it lasts. */
  readonly isAccepted?: true;
  /** DOKU has shown it, whoever sent it: likewise. */
  readonly isAtDoku?: true;
  /**
   * An earlier run sent it, if anybody, or an attempt that was ended from outside: its request may be under way for as long as a
   * call takes, and be accepted without this one's knowledge, so that the books are given their time to lag, twice a quiet time,
   * as well. So are they where DOKU said no more than that it works on it.
   */
  readonly mayBeUnderWay?: true;
}

/** DOKU's books are asked again while they may lag. */
const AGAIN: PollingDelays = { firstMs: 500, factor: 1.6, mostMs: 15_000 };
/** An absence counts once it was given twice, so far apart. */
const TWICE_AFTER_MS = 1_000;

/**
 * When an absence is proof (money rule 3): after a quiet time since the last send that may have reached DOKU, and given
 * again. What DOKU does after we hung up has happened by then, and its books show it.
 */
export class Absence {
  readonly #quietMs: number;
  readonly #callMs: number;

  /**
   * @param quietMs - `ABSENT_AFTER`.
   * @param callMs - how long a call takes at most, with the token that it needs.
   */
  constructor(quietMs: number, callMs = 0) {
    this.#quietMs = quietMs;
    this.#callMs = callMs;
  }

  /**
   * Asks, and takes an absence only for proof. A status that nobody knows is asked for again for a quiet time: another of DOKU's
   * replicas may say it in words that SNAP has.
   *
   * @param sent - without it nothing was sent, and DOKU's word counts as it is.
   * @throws ApplicationFailure, retryable and benign, while an absence proves nothing; and what `question` throws.
   */
  async proven<Fact>(
    question: () => Promise<Fact>,
    isAbsent: (fact: Fact) => boolean,
    sent: Sent | undefined,
  ): Promise<Fact> {
    const began = performance.now();
    const fact = await question();
    if (isUnknown(fact) && waitedMs() < this.#quietMs)
      throw stillPending('DOKU reports a status that SNAP does not know', AGAIN);
    if (sent === undefined || !isAbsent(fact)) return fact;
    if (sent.isAccepted || sent.isAtDoku)
      throw stillPending('DOKU has it, and does not show it yet', AGAIN);
    if (this.#leftMs(sent, began) > 0)
      throw stillPending('DOKU does not show it, which proves nothing yet', AGAIN);
    await pause(TWICE_AFTER_MS);
    return question();
  }

  /** Whether what DOKU does not show has had its time: the quiet time has gone by since it was sent. */
  hasHadTime(sent: Sent): boolean {
    return this.#leftMs(sent, performance.now()) <= 0;
  }

  #leftMs({ lastSentAt, mayBeUnderWay }: Sent, began: number): number {
    const othersMs = mayBeUnderWay ? this.#callMs + this.#quietMs : 0;
    return Date.parse(lastSentAt) + othersMs + this.#quietMs - serverNow(began);
  }
}

const isUnknown = (fact: unknown) => (fact as { readonly status?: string }).status === 'unknown';

/** How long the question has been asked. */
function waitedMs(): number {
  const { currentAttemptScheduledTimestampMs, scheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
}

/** Temporal's time, as the journey tells it too: this machine's may be ahead. At the earliest what it says. */
const serverNow = (began: number) =>
  Context.current().info.currentAttemptScheduledTimestampMs + (performance.now() - began);
