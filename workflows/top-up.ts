import { ActivityFailure, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { TopUpActivities, TopUpFact, TopUpKey, TopUpTarget } from '../activities/top-up.js';
import { parsed } from './bad-input.js';
import { MOVE, QUESTION, WAIT } from './calls.js';
import { durationMs } from './duration.js';
import { interruptible } from './interruptible.js';
import { Journey } from './journey.js';
import { written } from './money.js';
import { type Proven, provenMove } from './proven-move.js';
import {
  fundedSignal,
  type ParsedTopUpInput,
  type TopUpInput,
  type TopUpResult,
  type TopUpStatus,
  topUpInputSchema,
  topUpNotifiedSignal,
  topUpStatusQuery,
} from './top-up-contract.js';
import { Truth } from './truth.js';

const moves = proxyActivities<Pick<TopUpActivities, 'sendTopUp'>>(MOVE);
const questions =
  proxyActivities<Pick<TopUpActivities, 'inquireTopUp' | 'queryTopUp' | 'queryCorporateBalance'>>(
    QUESTION,
  );
const waits =
  proxyActivities<Pick<TopUpActivities, 'awaitTopUpEnd' | 'awaitCorporateBalance'>>(WAIT);

/** Where DOKU does not tell the corporate balance, the top-up itself is the question. */
const FIRST_FUNDS_PAUSE_MS = 60_000;
const LONGEST_FUNDS_PAUSE_MS = 3_600_000;

/**
 * The top-up journey: inquiry → Top Up → Query Top Up until DOKU's status is final. Contract:
 * `top-up-contract.ts`.
 */
export async function topUp(input: TopUpInput): Promise<TopUpResult> {
  return new TopUp(parsed(topUpInputSchema, input, 'input')).run();
}

type End = Omit<TopUpResult, 'partnerReferenceNo' | 'referenceNo' | 'resolution'>;

class TopUp {
  readonly #input: ParsedTopUpInput;
  readonly #key: TopUpKey;
  readonly #journey: Journey<TopUpStatus, TopUpResult>;
  readonly #truth: Truth<TopUpFact>;
  readonly #fundsBy: number | undefined;
  #isFunded = false;
  #isNudged = false;
  #isGivenUp = false;

  constructor(input: ParsedTopUpInput) {
    this.#input = input;
    this.#key = { partnerReferenceNo: input.partnerReferenceNo, customerId: input.customerId };
    this.#fundsBy = input.waitForFunds ? Date.now() + durationMs(input.waitForFunds) : undefined;
    const title = `Top-up ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#journey = new Journey<TopUpStatus, TopUpResult>(title, 'inquiring', this.#key);
    this.#truth = new Truth<TopUpFact>({
      journey: this.#journey,
      name: 'Query Top Up',
      ask: (limit) =>
        questions.queryTopUp.executeWithOptions(
          { summary: `Query Top Up ${input.partnerReferenceNo}`, ...limit },
          [this.#key],
        ),
      amount: input.amount.value,
      check: `Look up ${input.partnerReferenceNo} in DOKU's back office: status and amount.`,
      records: {
        'record-completed': { status: 'success' },
        'record-failed': { status: 'failed' },
      },
    });
    setHandler(topUpStatusQuery, () => this.#view());
    setHandler(fundedSignal, () => {
      this.#isFunded = true;
    });
    setHandler(topUpNotifiedSignal, () => {
      this.#isNudged = true;
    });
  }

  run(): Promise<TopUpResult> {
    return this.#journey.run(
      async () => {
        const end = await this.#steps();
        const referenceNo = this.#truth.referenceNo;
        return {
          partnerReferenceNo: this.#key.partnerReferenceNo,
          ...(referenceNo && { referenceNo }),
          ...end,
        };
      },
      // Only what has not been sent can be given up.
      () => {
        this.#isGivenUp = true;
      },
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const target = await this.#inquire();
    if ('outcome' in target) return target;
    for (let pause = FIRST_FUNDS_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_FUNDS_PAUSE_MS)) {
      if (this.#isGivenUp) return { outcome: 'failed', refusal: 'cancelled' };
      const proven = await this.#send(target);
      if (proven.kind === 'refused' && proven.refusal === 'insufficient-funds') {
        if (await this.#awaitFunds(pause)) continue;
        return { outcome: 'insufficient-funds', refusal: proven.refusal };
      }
      if (proven.kind === 'refused') return { outcome: 'failed', refusal: proven.refusal };
      const fact = proven.kind === 'known' ? proven.fact : await this.#parkUnproven();
      if (fact) return endOf(fact);
    }
  }

  async #inquire(): Promise<TopUpTarget | End> {
    const { partnerReferenceNo, amount } = this.#input;
    for (;;) {
      try {
        const answer = await questions.inquireTopUp.executeWithOptions(
          { summary: `Inquiry before top-up ${partnerReferenceNo}` },
          [{ ...this.#key, amount }],
        );
        if (answer.kind === 'answer') return answer.response;
        this.#journey.story.tell(`inquiry refused: ${answer.refusal}`);
        return { outcome: 'failed', refusal: answer.refusal };
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        // Nothing has moved yet, but a payout that silently fails is no better: somebody has to look.
        const { decision } = await this.#journey.park({
          reason: 'DOKU did not answer the inquiry for a day',
          check: ['Is DOKU in maintenance? Is the merchant still enabled for top-ups?'],
          decisions: ['ask-again', 'give-up'],
        });
        if (decision === 'give-up') return { outcome: 'failed', refusal: 'no-answer' };
      }
    }
  }

  #send(target: TopUpTarget): Promise<Proven<TopUpFact>> {
    this.#journey.enter('sending');
    const { partnerReferenceNo, amount, notes } = this.#input;
    return provenMove(
      {
        name: 'Top Up',
        send: () =>
          moves.sendTopUp.executeWithOptions(
            { summary: `Top Up ${partnerReferenceNo}, ${written(amount)}` },
            [{ ...this.#key, ...target, amount, ...(notes && { notes }) }],
          ),
        ask: () => this.#final(),
        isUndone: (fact) => fact.status === 'not-found',
      },
      this.#journey.story,
    );
  }

  /** DOKU's final status: from seconds to days, and a history of the same size. */
  async #final() {
    for (;;) {
      const fact = await this.#truth.ask();
      if (fact.isOperatorsWord || fact.status !== 'open') return fact;
      await this.#untilChanged();
    }
  }

  /** Until DOKU's status changes, or a notification says that it did. */
  async #untilChanged(): Promise<void> {
    await interruptible(
      () =>
        waits.awaitTopUpEnd.executeWithOptions(
          { summary: `Query Top Up ${this.#key.partnerReferenceNo} until it is final` },
          [this.#key],
        ),
      () => this.#isNudged,
    );
    this.#isNudged = false;
  }

  /** @returns whether to try again; `false` when nobody waits any longer. */
  async #awaitFunds(pauseMs: number): Promise<boolean> {
    if (this.#fundsBy === undefined || Date.now() >= this.#fundsBy) return false;
    this.#journey.enter('awaiting-funds');
    this.#journey.story.tell('waits for the corporate balance');
    const tells = await this.#tellsBalance();
    const left = this.#fundsBy - Date.now();
    const isOver = () => this.#isFunded || this.#isGivenUp;
    const waited = tells
      ? await interruptible(
          () =>
            waits.awaitCorporateBalance.executeWithOptions(
              { summary: 'Balance Inquiry until the corporate balance covers it' },
              [{ atLeast: this.#input.amount.value }],
            ),
          isOver,
          left,
        )
      : await interruptible(() => sleep(Math.min(left, pauseMs)), isOver);
    const isTold = waited.kind !== 'interrupted' || isOver();
    this.#isFunded = false;
    return isTold || Date.now() < this.#fundsBy;
  }

  /** Whether DOKU tells the corporate balance here. */
  async #tellsBalance(): Promise<boolean> {
    try {
      const balance = await questions.queryCorporateBalance.executeWithOptions(
        { summary: 'Balance Inquiry of the corporate balance', scheduleToCloseTimeout: '1 minute' },
        [],
      );
      return balance !== null;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return false;
    }
  }

  async #parkUnproven(): Promise<TopUpFact | undefined> {
    return this.#truth.park('what became of the top-up could not be proven for a day');
  }

  #view() {
    const { status, attention, result } = this.#journey;
    return {
      partnerReferenceNo: this.#key.partnerReferenceNo,
      status,
      ...(this.#fundsBy && { fundsBy: new Date(this.#fundsBy).toISOString() }),
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}

function endOf(fact: TopUpFact): End {
  return fact.status === 'success'
    ? { outcome: 'completed' }
    : { outcome: 'failed', refusal: fact.status };
}
