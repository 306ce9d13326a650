import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { TopUpActivities, TopUpFact, TopUpKey, TopUpTarget } from '../../activities/top-up.js';
import { written } from '../../contract/money.js';
import {
  fundedSignal,
  type ParsedTopUpInput,
  type TopUpHandOver,
  type TopUpInput,
  type TopUpResult,
  type TopUpStatus,
  topUpInputSchema,
  topUpNotifiedSignal,
  topUpStatusQuery,
} from '../../contract/top-up.js';
import { parsed } from '../mechanisms/bad-input.js';
import { MOVE, QUESTION, WAIT } from '../mechanisms/call-options.js';
import { FundsWait } from '../mechanisms/funds-wait.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onSignal } from '../mechanisms/messages.js';
import { type Proven, sendUntilProven } from '../mechanisms/send-until-proven.js';
import { Truth } from '../mechanisms/truth.js';

const moves = proxyActivities<Pick<TopUpActivities, 'sendTopUp'>>(MOVE);
const questions = proxyActivities<Pick<TopUpActivities, 'inquireTopUp' | 'queryTopUp'>>(QUESTION);
const waits = proxyActivities<Pick<TopUpActivities, 'awaitTopUpEnd'>>(WAIT);

/**
 * The top-up journey: inquiry → Top Up → Query Top Up until DOKU's status is final. Contract:
 * `contract/top-up.ts`.
 *
 * @param handOver - from a batch that got no clear answer: DOKU may have it already.
 */
export async function topUp(input: TopUpInput, handOver?: TopUpHandOver): Promise<TopUpResult> {
  return new TopUp(parsed(topUpInputSchema, input, 'input'), handOver).run();
}

type End = Omit<TopUpResult, 'partnerReferenceNo' | 'amount' | 'referenceNo' | 'resolution'>;

class TopUp {
  readonly #input: ParsedTopUpInput;
  readonly #key: TopUpKey;
  readonly #journey: Journey<TopUpStatus, TopUpResult>;
  readonly #truth: Truth<TopUpFact>;
  readonly #funds: FundsWait;
  readonly #mayBeSent: boolean;
  #isNudged = false;
  #isGivenUp = false;

  constructor(input: ParsedTopUpInput, handOver?: TopUpHandOver) {
    this.#input = input;
    this.#mayBeSent = handOver?.mayBeSent ?? false;
    this.#key = { partnerReferenceNo: input.partnerReferenceNo, customerId: input.customerId };
    this.#funds = new FundsWait(input.waitForFunds);
    const title = `Top-up ${input.partnerReferenceNo}, ${written(input.amount)}`;
    this.#journey = new Journey<TopUpStatus, TopUpResult>(title, 'inquiring', this.#key);
    this.#truth = new Truth<TopUpFact>({
      journey: this.#journey,
      name: 'Query Top Up',
      ask: (sent, limit) =>
        questions.queryTopUp.executeWithOptions(
          { summary: `Query Top Up ${input.partnerReferenceNo}`, ...limit },
          [{ ...this.#key, ...(sent && { sent }) }],
        ),
      amount: input.amount.value,
      check: `Look up ${input.partnerReferenceNo} in DOKU's back office: status and amount.`,
      records: {
        'record-completed': { status: 'success' },
        'record-failed': { status: 'failed' },
      },
    });
    onQuery(topUpStatusQuery, () => this.#view());
    onSignal(fundedSignal, () => this.#funds.funded());
    onSignal(topUpNotifiedSignal, () => {
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
          amount: this.#input.amount,
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
    if (this.#mayBeSent) {
      const fact = await this.#final();
      if (fact.status !== 'not-found') return endOf(fact);
    }
    const target = await this.#inquire();
    if ('outcome' in target) return target;
    for (;;) {
      if (this.#isGivenUp) return { outcome: 'failed', refusal: 'cancelled' };
      const proven = await this.#send(target);
      if (proven.kind === 'refused' && proven.refusal === 'insufficient-funds') {
        if (await this.#awaitFunds()) continue;
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
    return sendUntilProven(
      {
        name: 'Top Up',
        send: () =>
          moves.sendTopUp.executeWithOptions(
            { summary: `Top Up ${partnerReferenceNo}, ${written(amount)}` },
            [{ ...this.#key, ...target, amount, ...(notes && { notes }) }],
          ),
        ask: (sent) => this.#final(sent),
        isUndone: (fact) => fact.status === 'not-found',
      },
      this.#journey.story,
    );
  }

  /** DOKU's final status: from seconds to days, and a history of the same size. */
  async #final(sent?: Sent) {
    for (;;) {
      const fact = await this.#truth.ask(sent);
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
  async #awaitFunds(): Promise<boolean> {
    if (this.#funds.until === undefined) return false;
    this.#journey.enter('awaiting-funds');
    this.#journey.story.tell('waits for the corporate balance');
    return this.#funds.await(this.#input.amount.value, () => this.#isGivenUp);
  }

  async #parkUnproven(): Promise<TopUpFact | undefined> {
    return this.#truth.park('what became of the top-up could not be proven for a day');
  }

  #view() {
    const { status, attention, result } = this.#journey;
    const fundsBy = this.#funds.until;
    return {
      partnerReferenceNo: this.#key.partnerReferenceNo,
      status,
      ...(fundsBy && { fundsBy: new Date(fundsBy).toISOString() }),
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
