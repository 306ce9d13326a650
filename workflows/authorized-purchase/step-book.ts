import type { OwnStep, StepBefore, StepResult } from '../../contract/authorized-purchase.js';
import { type Money, written } from '../../contract/money.js';
import type { Step } from './holding.js';
import { type Meaning, Numbers } from './numbers.js';

/** What a merchant asks for, before it is known how much remains. */
export interface Asked extends Omit<Step, 'amount'> {
  readonly amount?: Money | undefined;
}

/** What was asked of one authorisation, and what was answered: the same step asked for again gets the same answer. */
export class StepBook {
  readonly #numbers: Numbers;
  /** By kind and number. */
  readonly #asked = new Map<string, Promise<StepResult>>();
  readonly #answered = new Map<string, StepResult>();
  /** Those and the journey's own. */
  readonly #taken = new Map<string, OwnStep>();
  /** Those of which an operator said that nothing moved. */
  readonly #recorded = new Set<string>();

  constructor(partnerReferenceNo: string) {
    this.#numbers = new Numbers(partnerReferenceNo);
  }

  /** In their order. */
  get taken(): readonly OwnStep[] {
    return [...this.#taken].map(([key, step]) =>
      this.#recorded.has(key) ? { ...step, isRecorded: true } : step,
    );
  }

  /** Whether an operator said of any that nothing moved. */
  get hasRecorded(): boolean {
    return this.#recorded.size > 0;
  }

  /** An operator said that nothing moved: DOKU's books may have it all the same. */
  record(step: Asked): void {
    this.#recorded.add(keyOf(step));
  }

  /** What the same step was or will be answered. */
  promised(asked: Asked): Promise<StepResult> | undefined {
    return this.#asked.get(keyOf(asked));
  }

  answerTo(asked: Asked): StepResult | undefined {
    return this.#answered.get(keyOf(asked));
  }

  /** Whether it is known what became of it, be it the merchant's or the journey's own. */
  isSettled(step: Asked): boolean {
    return this.#taken.get(keyOf(step))?.answer !== undefined;
  }

  /** It is asked for, and takes its number. */
  begin(asked: Asked): void {
    this.#numbers.note(asked.partnerNo, meaningOf(asked));
    this.#taken.set(keyOf(asked), ownStep(asked));
  }

  promise(asked: Asked, result: Promise<StepResult>): void {
    this.#asked.set(keyOf(asked), result);
  }

  answer(asked: Asked, answer: StepResult): void {
    this.#answered.set(keyOf(asked), answer);
    this.#taken.set(keyOf(asked), ownStep(asked, answer));
  }

  /** A step of the journey's own. */
  take(step: Step, answer?: StepResult): void {
    this.#taken.set(keyOf(step), ownStep(step, answer));
  }

  /** DOKU has accepted it, and may show it late. */
  accepted(step: Step): void {
    const taken = this.#taken.get(keyOf(step));
    if (taken && !taken.answer) this.#taken.set(keyOf(step), { ...taken, isAccepted: true });
  }

  /** What an earlier run of the journey was asked for and answered. */
  adopt(asked: Asked, answer: StepResult): void {
    if (this.#numbers.isOwn(asked.partnerNo)) {
      this.#taken.set(keyOf(asked), ownStep(asked, answer));
      return;
    }
    this.#numbers.note(asked.partnerNo, meaningOf(asked));
    this.answer(asked, answer);
    this.promise(asked, Promise.resolve(answer));
  }

  isOwn(partnerNo: string): boolean {
    return this.#numbers.isOwn(partnerNo);
  }

  /** @throws ApplicationFailure where the number cannot be that of this step. */
  assertFree(field: string, asked: Asked): void {
    this.#numbers.assertFree(field, asked.partnerNo, meaningOf(asked));
  }

  /** What became of a step, for whoever missed its answer. */
  before(asked: Asked): StepBefore {
    const other = this.#numbers.otherThan(asked.partnerNo, meaningOf(asked));
    if (other) return { isOther: true, existing: other.step };
    const answer = this.answerTo(asked);
    return answer ? { answer } : {};
  }
}

const keyOf = ({ kind, partnerNo }: Pick<Asked, 'kind' | 'partnerNo'>) => `${kind} ${partnerNo}`;

const meaningOf = ({ kind, partnerNo, amount, closes }: Asked): Meaning => ({
  words: `${closes ? 'the last ' : 'a '}${kind} of ${amount ? written(amount) : 'all that remains'}`,
  step: {
    ...(kind === 'capture'
      ? { partnerCaptureNo: partnerNo, last: closes }
      : { partnerVoidNo: partnerNo }),
    ...(amount && { amount }),
  },
});

const ownStep = (
  { kind, partnerNo, amount, closes, reason }: Asked,
  answer?: StepResult,
): OwnStep => ({
  kind,
  partnerNo,
  ...(amount && { amount }),
  closes,
  reason,
  ...(answer && { answer }),
});
