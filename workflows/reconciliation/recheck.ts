import { ApplicationFailure, condition, proxyActivities } from '@temporalio/workflow';
import type { ReconciliationActivities } from '../../activities/reconciliation/index.js';
import { notNeededError } from '../../contract/errors.js';
import {
  type RecheckInput,
  type RecheckNews,
  type RecheckOutcome,
  type RecheckResult,
  type RecheckStatus,
  recheckInputSchema,
  recheckNewsSchema,
  recheckNewsUpdate,
  recheckStatusQuery,
} from '../../contract/recheck.js';
import { parsed } from '../mechanisms/bad-input.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';

const { recheckJourney, raiseNews, raiseUnproven } = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
  priority: { priorityKey: 5 },
});

const DAY_MS = 86_400_000;
const LOOKS_FOR_MS = 30 * DAY_MS;
/** DOKU's query may lag behind its notification. */
const NEWS_PAUSES_MS = [5_000, 30_000, 120_000];
/** The same news again brings nothing within a day: an answer lost on the way, or an old request sent again. */
const SAME_NEWS_FOR_MS = DAY_MS;
/** Kinds of news that are told apart; the day's look is there for the rest. */
const MOST_NEWS = 20;

/**
 * Holds a journey that ended against DOKU until the two agree once: at once and again after DOKU's lags where DOKU
 * notified something else, and daily. Contract: `contract/recheck.ts`.
 */
export async function recheck(input: RecheckInput): Promise<RecheckResult> {
  return new Recheck(parsed(recheckInputSchema, input, 'input')).run();
}

class Recheck {
  readonly #input: RecheckInput;
  readonly #journey: Journey<RecheckStatus, RecheckResult>;
  /** The last look comes a little later than whole days after the start. */
  readonly #giveUpAt = Date.now() + LOOKS_FOR_MS;
  /** When which news came last, in milliseconds since the epoch. */
  readonly #heard = new Map<string, number>();
  readonly #news: RecheckNews[] = [];
  #rows: readonly string[] | undefined;
  #isStopped = false;

  constructor(input: RecheckInput) {
    this.#input = input;
    this.#rows = input.rows;
    this.#journey = new Journey<RecheckStatus, RecheckResult>(
      `Looks at ${input.workflowId} again`,
      'waiting',
      {},
    );
    if (input.news) this.#hear(input.news);
    onUpdate(recheckNewsUpdate, (news) => this.#hear(news), {
      validator: (news) => this.#assertNew(parsed(recheckNewsSchema, news, 'news')),
      description: 'DOKU notified what does not go with the end',
    });
    onQuery(recheckStatusQuery, () => this.#view());
  }

  run(): Promise<RecheckResult> {
    return this.#journey.run(
      async () => ({ workflowId: this.#input.workflowId, outcome: await this.#look() }),
      () => {
        this.#isStopped = true;
      },
      () => 'it is not looked at again',
    );
  }

  /** Now where there is news, and daily. */
  async #look(): Promise<RecheckOutcome> {
    for (;;) {
      await this.#wait(DAY_MS);
      if (this.#isStopped) return 'cancelled';
      const news = this.#news.shift();
      const outcome = await (news ? this.#afterNews(news) : this.#daily());
      if (outcome !== undefined && this.#news.length === 0) return outcome;
    }
  }

  async #daily(): Promise<RecheckOutcome | undefined> {
    const seen = await this.#compare();
    if (seen.kind === 'open') return 'matched';
    const isOver = Date.now() >= this.#giveUpAt;
    if (seen.kind === 'compared' && (seen.isSettled || !isOver)) {
      if (seen.isSettled) return 'matched';
      this.#rows = seen.rows;
      return undefined;
    }
    if (seen.kind === 'compared' && seen.isUnproven) {
      const { workflowId } = this.#input;
      const unproven = { workflowId, ...(seen.rows && { rows: seen.rows }), told: seen.told };
      await this.#journey.insist('raising it', () => raiseUnproven(unproven));
    }
    return 'given-up';
  }

  /** Asks until DOKU's query bears the news out, or has had its time to. */
  async #afterNews(news: RecheckNews): Promise<RecheckOutcome | undefined> {
    const { workflowId } = this.#input;
    let seen = await this.#compare(news);
    for (const pauseMs of NEWS_PAUSES_MS) {
      if (seen.kind !== 'compared') return this.#daily();
      if (seen.isSettled && seen.isExplained) return 'matched';
      await condition(() => this.#isStopped, pauseMs);
      if (this.#isStopped) return 'cancelled';
      seen = await this.#compare(news);
    }
    if (seen.kind === 'compared' && !seen.isExplained && !news.isShared) {
      const request = { workflowId, news, told: seen.told };
      await this.#journey.insist('raising it', () => raiseNews(request));
    }
    return seen.kind === 'compared' && !seen.isSettled ? undefined : 'matched';
  }

  async #compare(news?: RecheckNews) {
    const { workflowId } = this.#input;
    const rows = this.#rows;
    const seen = await this.#journey.insist('comparing', () =>
      recheckJourney({ workflowId, ...(rows && { rows }), ...(news && { news }) }),
    );
    this.#journey.story.tell(seen.kind === 'compared' ? seen.told : `the journey is ${seen.kind}`);
    return seen;
  }

  async #wait(ms: number): Promise<void> {
    await condition(() => this.#isStopped || this.#news.length > 0, ms);
  }

  #hear(news: RecheckNews): void {
    this.#heard.set(keyOf(news), Date.now());
    this.#news.push(news);
  }

  /** Refused before it leaves an event behind: whoever repeats a notification costs nothing. */
  #assertNew(news: RecheckNews): void {
    const heardAt = this.#heard.get(keyOf(news));
    const isFull = this.#heard.size >= MOST_NEWS && heardAt === undefined;
    const isRecent = heardAt !== undefined && Date.now() < heardAt + SAME_NEWS_FOR_MS;
    if (isFull || isRecent)
      throw ApplicationFailure.nonRetryable('this was heard before', notNeededError.type);
  }

  #view() {
    const { status, attention, result } = this.#journey;
    return {
      workflowId: this.#input.workflowId,
      status,
      ...(this.#rows && { rows: this.#rows }),
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}

const keyOf = ({ latestTransactionStatus, amount = '' }: RecheckNews) =>
  `${latestTransactionStatus} ${amount}`;
