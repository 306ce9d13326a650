import { ApplicationFailure, patched } from '@temporalio/workflow';
import type {
  ParsedAuthorizedPurchaseInput,
  StepBefore,
  StepResult,
} from '../../contract/authorized-purchase.js';
import { type Money, moneyOf, senOf, written } from '../../contract/money.js';
import { invalidInput } from '../mechanisms/bad-input.js';
import type { HistoryTruth } from '../mechanisms/history-truth.js';
import { OneAtATime } from '../mechanisms/one-at-a-time.js';
import { Repeats } from '../mechanisms/repeats.js';
import { type Authorization, type AuthorizedJourney, MEMORY_MS } from './authorization.js';
import { Holding, type Step } from './holding.js';
import { type Meaning, Numbers } from './numbers.js';
import { type Stepped, takeStep } from './stepping.js';

/** What a merchant asks for, before it is known how much remains. */
export interface Asked extends Omit<Step, 'amount'> {
  readonly amount: Money | undefined;
}

/** The captures and voids of one authorisation, one at a time, each number once. */
export class Steps {
  readonly holding: Holding;
  /** An earlier run may have captured and given back what this one was not told of. */
  isLater = false;
  /** Captures and voids are taken. */
  isOpen = false;
  /** Nothing more can be taken. */
  isClosed = false;
  /** Temporal's cancel: what was not sent of a capture is never sent. */
  isStopped = false;
  /** The last capture has DOKU give back the rest. */
  isLastCaptured = false;
  readonly #input: ParsedAuthorizedPurchaseInput;
  readonly #journey: AuthorizedJourney;
  readonly #authorization: Authorization;
  readonly #numbers: Numbers;
  readonly #repeats = new Repeats();
  readonly #turns = new OneAtATime();
  /** By kind and number: the same step asked for again gets the same answer. */
  readonly #asked = new Map<string, Promise<StepResult>>();
  readonly #answered = new Map<string, StepResult>();
  readonly #startedAt = Date.now();
  #waitsFor: HistoryTruth | undefined;

  constructor(
    input: ParsedAuthorizedPurchaseInput,
    journey: AuthorizedJourney,
    authorization: Authorization,
  ) {
    this.#input = input;
    this.#journey = journey;
    this.#authorization = authorization;
    this.holding = new Holding(input.amount);
    this.#numbers = new Numbers(input.partnerReferenceNo);
  }

  get isBusy(): boolean {
    return this.#turns.isBusy;
  }

  /** DOKU notified something: whichever step it works on is asked about. */
  nudge(): void {
    this.#waitsFor?.nudge();
  }

  /** A step of the journey's own. */
  take(step: Step): Promise<StepResult> {
    return this.#turns.run(() => this.#step(step));
  }

  /** DOKU holds nothing any more: what remained went back, but for what an earlier run captured. */
  close(): void {
    if (this.isLater) this.holding.writeOff();
    else this.holding.giveBackRest();
    this.isClosed = true;
  }

  once(asked: Asked): Promise<StepResult> {
    const key = keyOf(asked);
    const before = this.#asked.get(key);
    if (before) {
      this.#repeats.taken();
      return before;
    }
    this.#numbers.note(asked.partnerNo, meaningOf(asked));
    const result = this.#turns.run(async () => {
      const { remaining } = this.holding;
      const sen = asked.amount ? senOf(asked.amount.value) : remaining;
      // Others may have come first while this one waited for its turn.
      const isTooMuch = this.isClosed || sen === 0n || sen > remaining;
      const answer = isTooMuch
        ? this.#rejected(moneyOf(sen), 'above what remains')
        : await this.#step({ ...asked, amount: moneyOf(sen) });
      this.#answered.set(key, answer);
      return answer;
    });
    this.#asked.set(key, result);
    return result;
  }

  async #step(step: Step): Promise<StepResult> {
    const { partnerReferenceNo, customerId, title } = this.#input;
    const began = new Date(this.#startedAt - (this.isLater ? MEMORY_MS : 0)).toISOString();
    const stepped = await takeStep(
      {
        journey: this.#journey,
        key: {
          partnerReferenceNo,
          customerId,
          ...this.#authorization.account,
          referenceNo: this.#authorization.referenceNo ?? partnerReferenceNo,
        },
        title,
        since: began,
        sent: this.isLater ? { lastSentAt: new Date(this.#startedAt).toISOString() } : undefined,
        onTruth: (truth) => {
          this.#waitsFor = truth;
        },
        isStopped: () =>
          this.isStopped && step.kind === 'capture' && patched('stopped-is-not-captured'),
      },
      step,
    );
    return stepped.kind === 'done'
      ? this.#done(step, stepped)
      : this.#rejected(step.amount ?? moneyOf(this.holding.remaining), stepped.refusal);
  }

  #done(step: Step, { moved }: Extract<Stepped, { kind: 'done' }>): StepResult {
    const amount = this.holding.count(step, moved);
    if (step.kind === 'capture' && step.closes) this.isLastCaptured = true;
    if (step.closes || this.holding.remaining === 0n) this.isClosed = true;
    return {
      outcome: step.kind === 'capture' ? 'captured' : 'voided',
      amount: amount.value,
      remaining: this.left,
    };
  }

  #rejected(amount: Money, refusal: string): StepResult {
    return { outcome: 'rejected', amount: amount.value, remaining: this.left, refusal };
  }

  /** What became of a step, for whoever missed its answer. */
  before(asked: Asked): StepBefore {
    const other = this.#numbers.otherThan(asked.partnerNo, meaningOf(asked));
    if (other) return { isOther: true, existing: other.step };
    const answer = this.#answered.get(keyOf(asked));
    return answer ? { answer } : {};
  }

  validate(field: string, asked: Asked): void {
    this.#numbers.assertFree(field, asked.partnerNo, meaningOf(asked));
    const key = keyOf(asked);
    const answer = this.#answered.get(key);
    if (answer) this.#repeats.check(answer);
    if (this.#asked.has(key)) return;
    this.#journey.assertOpen();
    const { status, attention } = this.#journey;
    if (!this.isOpen || this.isClosed || attention) {
      const stands = this.isClosed ? 'closed' : status;
      throw ApplicationFailure.nonRetryable(`nothing to take from: it is ${stands}`, 'NotNow');
    }
    if (asked.amount && senOf(asked.amount.value) > this.holding.remaining)
      throw invalidInput(`${asked.kind}.amount.value`, `above what remains, ${this.left}`);
  }

  /** "10000.00": what can be captured. After the last capture nothing can. */
  get left(): string {
    return moneyOf(this.isLastCaptured ? 0n : this.holding.remaining).value;
  }
}

const keyOf = ({ kind, partnerNo }: Asked) => `${kind} ${partnerNo}`;

const meaningOf = ({ kind, partnerNo, amount, closes }: Asked): Meaning => ({
  words: `${closes ? 'the last ' : 'a '}${kind} of ${amount ? written(amount) : 'all that remains'}`,
  step: {
    ...(kind === 'capture'
      ? { partnerCaptureNo: partnerNo, last: closes }
      : { partnerVoidNo: partnerNo }),
    ...(amount && { amount }),
  },
});
