import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type PollingDelays, stillPending } from './ask.js';
import { heardTwice } from './twice.js';

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

/** Something that an answer may not show. */
export interface DoubtOf<Fact> {
  readonly isAbsent: (fact: Fact) => boolean;
  /** Without it nothing was sent, and DOKU's word counts as it is. */
  readonly sent: Sent | undefined;
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
  proven<Fact>(
    question: () => Promise<Fact>,
    isAbsent: (fact: Fact) => boolean,
    sent: Sent | undefined,
  ): Promise<Fact> {
    return this.provenAll(question, [{ isAbsent, sent }]);
  }

  /**
   * The same of several things that one answer tells of: they are proven together, by no more than two answers.
   *
   * @throws as {@link proven} does.
   */
  async provenAll<Fact>(
    question: () => Promise<Fact>,
    doubts: readonly DoubtOf<Fact>[],
  ): Promise<Fact> {
    serverNow();
    const first = await question();
    const absent = this.#absentIn(first, doubts);
    if (absent.length === 0) return first;
    await pause(TWICE_AFTER_MS);
    const second = await question();
    // What the first showed is a lag, and no absence.
    if (this.#absentIn(second, doubts).some((doubt) => !absent.includes(doubt)))
      throw stillPending('DOKU shows now the one, now the other', AGAIN);
    return second;
  }

  /** @returns what counts as absent by an answer. @throws ApplicationFailure where it proves nothing. */
  #absentIn<Fact>(fact: Fact, doubts: readonly DoubtOf<Fact>[]): readonly DoubtOf<Fact>[] {
    this.assertKnown((fact as { readonly status?: string }).status);
    const absent = doubts.filter(({ sent, isAbsent }) => sent && isAbsent(fact));
    if (absent.some(({ sent }) => sent?.isAccepted || sent?.isAtDoku))
      throw stillPending('DOKU has it, and does not show it yet', AGAIN);
    if (absent.some(({ sent }) => sent && this.#leftMs(sent) > 0))
      throw stillPending('DOKU does not show it, which proves nothing yet', AGAIN);
    return absent;
  }

  /** Whether what a journey asks is asked for less than that yet, by default a quiet time, and can be asked again. */
  mayAskAgain(forMs = this.#quietMs): boolean {
    return isAskedFor(forMs);
  }

  /**
   * What may have reached DOKU has not ended without moving anything because one answer says so: a replica, or a mistake, says that
   * of what was carried out. It is asked for again for a quiet time, and once more where there is no time for that.
   *
   * @param isEnd - whether nothing has moved, and nothing will, by an answer.
   * @throws ApplicationFailure, retryable and benign, while that proves nothing; and what `question` throws.
   */
  async provenEnd<Fact>(
    question: () => Promise<Fact>,
    isEnd: (fact: Fact) => boolean,
    sent: Sent | undefined,
  ): Promise<Fact> {
    if (sent === undefined || !this.mayAskAgain()) return heardTwice(question, isEnd);
    const fact = await question();
    if (isEnd(fact))
      throw stillPending('DOKU says that nothing moved, which proves nothing yet', AGAIN);
    return fact;
  }

  /**
   * A status that nobody knows is not taken from one answer.
   *
   * @throws ApplicationFailure, retryable and benign, while another answer may say it in words that SNAP has.
   */
  assertKnown(status: string | undefined): void {
    if (status === 'unknown' && this.mayAskAgain())
      throw stillPending('DOKU reports a status that SNAP does not know', AGAIN);
  }

  /** Whether what DOKU does not show has had its time: the quiet time has gone by since it was sent. */
  hasHadTime(sent: Sent): boolean {
    return this.#leftMs(sent) <= 0;
  }

  #leftMs({ lastSentAt, mayBeUnderWay }: Sent): number {
    const othersMs = mayBeUnderWay ? this.#callMs + this.#quietMs : 0;
    return Date.parse(lastSentAt) + othersMs + this.#quietMs - serverNow();
  }
}

/** Questions of journeys, which Temporal brings back. Others, as those of a reconciliation, take DOKU's word as it is. */
const ASKED_AGAIN = /^query/;

/** Whether a question of a journey's has been asked for less than that, and has the time to be asked for so long. */
function isAskedFor(ms: number): boolean {
  const { activityType, scheduleToCloseTimeoutMs: limitMs, ...info } = Context.current().info;
  const waitedMs = info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs;
  // Without a limit it is nothing, or 0.
  const hasTime = (limitMs || Number.POSITIVE_INFINITY) > 2 * ms;
  return ASKED_AGAIN.test(activityType) && hasTime && waitedMs < ms;
}

/** When this machine first looked at the time in an attempt. */
const firstLooked = new WeakMap<Context, number>();

/**
 * Temporal's time, as the journey tells it too: this machine's may be ahead. At the earliest what it says, and one time for all of an
 * attempt: what an answer leaves out is looked for elsewhere by the same time by which it is taken for absent.
 */
function serverNow(): number {
  const context = Context.current();
  const now = performance.now();
  const began = firstLooked.get(context) ?? now;
  firstLooked.set(context, began);
  return context.info.currentAttemptScheduledTimestampMs + (now - began);
}
