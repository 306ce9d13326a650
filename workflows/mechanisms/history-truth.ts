import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { OfRun } from '../../activities/calling/runs.js';
import type { HistoryActivities, HistoryFact, HistoryQuestion } from '../../activities/history.js';
import type { HistoryStatus } from '../../activities/history-entry.js';
import { HISTORY_QUESTION } from './call-options.js';
import { interruptible } from './interruptible.js';
import { LONG_AGO } from './run-of-move.js';
import { Shown } from './shown.js';
import { type Known, Truth, type TruthOptions } from './truth.js';

const questions =
  proxyActivities<Pick<HistoryActivities, 'queryHistory' | 'queryEarlier'>>(HISTORY_QUESTION);
/** DOKU may work on it for days; then an operator is asked. */
const waits = proxyActivities<Pick<HistoryActivities, 'awaitHistoryEnd'>>({
  ...HISTORY_QUESTION,
  scheduleToCloseTimeout: '30 days',
  priority: { priorityKey: 3 },
});

/** So long the end of what DOKU accepted waits for its history. */
const ACCEPTED_SHOWS_WITHIN = '15 seconds';
/** Not there yet: a movement of another kind under the number is none of its business. */
const NOT_SHOWN: ReadonlySet<HistoryStatus> = new Set(['absent', 'other', 'unnamed']);

/** Each costs a question; past them the movement is asked about rarely, as it is without news. */
const MOST_NUDGES = 50;

export interface HistoryTruthOptions
  extends Pick<
    TruthOptions<HistoryFact>,
    | 'journey'
    | 'amount'
    | 'isAgreed'
    | 'misfit'
    | 'isInDoubt'
    | 'check'
    | 'records'
    | 'asShown'
    | 'actions'
    | 'canAct'
  > {
  /** What is asked, as it is known when it is asked. */
  readonly question: () => HistoryQuestion;
  /** What an entry means for this movement, where that is not what it says. */
  readonly read?: (fact: HistoryFact) => HistoryFact;
  /** Whether an open entry is an end, as what is held stays open; looked at where there is one. */
  readonly isOpenFinal?: () => boolean;
}

/** What is known of a movement that has no status query: DOKU's history tells, or an operator. */
export class HistoryTruth {
  readonly #options: HistoryTruthOptions;
  readonly #truth: Truth<HistoryFact>;
  readonly #seen = new Shown();
  #isWaiting = false;
  #isNudged = false;
  #nudges = 0;

  constructor(options: HistoryTruthOptions) {
    const { read, isOpenFinal, ...truth } = options;
    this.#options = options;
    this.#truth = new Truth<HistoryFact>({
      ...truth,
      name: 'Transaction History',
      ask: async (before, limit) => {
        const sent = this.#seen.with(before);
        const fact = await questions.queryHistory.executeWithOptions(
          { ...this.#summary(), ...limit },
          [{ ...options.question(), ...(sent && { sent }) }],
        );
        return this.#read(this.#seen.noted(fact));
      },
    });
  }

  /** DOKU's reference, when an answer carried it. */
  get referenceNo(): string | undefined {
    return this.#truth.referenceNo;
  }

  /** @returns the operator's word in place of DOKU's, or nothing to ask DOKU again. */
  park(reason: string): Promise<Known<HistoryFact> | undefined> {
    return this.#truth.park(reason);
  }

  /** DOKU's word, whatever it is. */
  ask(sent?: Sent): Promise<Known<HistoryFact>> {
    return this.#truth.ask(sent);
  }

  /**
   * DOKU's own word, soon or not at all: to hold an operator's against it.
   *
   * @param sent - what may have reached DOKU: then it may take until an absence is proof, unless that was long ago.
   */
  async look(sent?: Sent): Promise<HistoryFact | undefined> {
    const within = sent && sent !== LONG_AGO ? '10 minutes' : '10 seconds';
    const soon = { ...this.#summary(), scheduleToCloseTimeout: within } as const;
    try {
      return await questions.queryHistory.executeWithOptions(soon, [
        { ...this.#options.question(), ...(sent && { sent }) },
      ]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return undefined;
    }
  }

  /**
   * What DOKU accepted, held once against its history (money rule 7). That it is not shown within seconds is a lag, and what
   * cannot be asked contradicts nothing; another amount, or another end, is for an operator.
   */
  async accepted(sent: Sent): Promise<Known<HistoryFact>> {
    const shown = await this.#shown(sent);
    if (shown === undefined || NOT_SHOWN.has(shown.status)) return { status: 'success' };
    let fact = await this.#truth.believed(this.#read(shown));
    for (;;) {
      const end = await this.#end(fact);
      if (end?.isOperatorsWord || end?.status === 'success') return end;
      const word =
        end && (await this.#truth.park(`DOKU accepted it, and its history says ${end.status}`));
      if (word) return word;
      fact = await this.#truth.ask();
    }
  }

  async #shown(sent: Sent): Promise<HistoryFact | undefined> {
    try {
      return await questions.queryHistory.executeWithOptions(
        { ...this.#summary(), scheduleToCloseTimeout: ACCEPTED_SHOWS_WITHIN },
        [{ ...this.#options.question(), sent: { ...sent, isAccepted: true } }],
      );
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return undefined;
    }
  }

  /** News of it: DOKU is asked at once, if it is being waited for. */
  nudge(): void {
    if (!this.#isWaiting || this.#isNudged || this.#nudges >= MOST_NUDGES) return;
    this.#nudges += 1;
    this.#isNudged = true;
  }

  /**
   * How it ended, however long DOKU works on it.
   *
   * @param sent - what may have reached DOKU.
   */
  async final(sent?: Sent): Promise<Known<HistoryFact>> {
    for (let fact = await this.#truth.ask(sent); ; fact = await this.#truth.ask(sent)) {
      const end = await this.#end(fact);
      if (end) return end;
    }
  }

  /**
   * How it ended that an earlier run may have sent, and this one has not.
   *
   * @returns nothing where DOKU has none of it, or cannot be asked and nothing tells of an earlier run.
   */
  async earlier(ofRun: OfRun, since: string): Promise<Known<HistoryFact> | undefined> {
    const { question, journey } = this.#options;
    try {
      const answer = await questions.queryEarlier.executeWithOptions(this.#summary(), [
        { ...question(), since, ...ofRun },
      ]);
      // Nothing was sent, so that another movement under the number is none of this one's business.
      if (answer.status === 'absent' || answer.status === 'other') return undefined;
      const fact = await this.#truth.believed(this.#read(answer));
      return (await this.#end(fact)) ?? this.#found(await this.final());
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      journey.story.tell(`Transaction History: ${error.cause?.message ?? 'no answer'}`);
      const recorded = await this.#truth.park(
        'an earlier run may have sent it, and DOKU cannot be asked',
      );
      return this.#found(recorded ?? (await this.final()));
    }
  }

  #found = (fact: Known<HistoryFact>) => (fact.status === 'absent' ? undefined : fact);

  /** @returns nothing where DOKU has to be asked again. */
  async #end(fact: Known<HistoryFact>): Promise<Known<HistoryFact> | undefined> {
    if (fact.isOperatorsWord) return fact;
    if (fact.status === 'other')
      return this.#truth.park(`DOKU has a ${fact.type ?? 'movement'} under this number`);
    if (fact.status === 'unnamed')
      return this.#truth.park(
        fact.isUnderOriginal
          ? `DOKU has a ${fact.type} under the number of what it gives back from, which may be this one`
          : `DOKU has a ${fact.type} without a number, which may be this one`,
      );
    if (fact.status !== 'open' || this.#options.isOpenFinal?.()) return fact;
    const isEnded = await this.#untilEnded();
    return isEnded
      ? undefined
      : this.#truth.park('DOKU works on it, and cannot be asked any more how it ended');
  }

  /** @returns whether it may have ended; `false` where DOKU could not be asked in all the time. */
  async #untilEnded(): Promise<boolean> {
    const { question } = this.#options;
    this.#isWaiting = true;
    const waited = await interruptible(
      () => waits.awaitHistoryEnd.executeWithOptions(this.#summary(), [question()]),
      () => this.#isNudged,
    );
    this.#isWaiting = false;
    this.#isNudged = false;
    return waited.kind !== 'failed';
  }

  #read(fact: HistoryFact): HistoryFact {
    if (fact.statusCode) this.#options.journey.story.tell(`DOKU's history says ${fact.statusCode}`);
    return this.#options.read?.(fact) ?? fact;
  }

  #summary() {
    return { summary: `Transaction History of ${this.#options.question().partnerReferenceNo}` };
  }
}
