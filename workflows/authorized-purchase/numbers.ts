import { ApplicationFailure } from '@temporalio/workflow';
import { type StepAsked, stepMismatchError } from '../../contract/authorized-purchase.js';
import { notNowError } from '../../contract/errors.js';
import { invalidInput } from '../mechanisms/bad-input.js';
import { derivedNumber } from '../mechanisms/derived-number.js';

/** Keeps the history of a journey bounded; an order is not shipped in more parts. */
const MOST_STEPS = 150;

/** The number under which the rest of an authorisation goes back: its own, and nobody else's. */
export const restVoidNo = (partnerReferenceNo: string) =>
  derivedNumber(partnerReferenceNo, 'void', [partnerReferenceNo]);

/** What a number was given to. */
export interface Meaning {
  /** All that tells the step from others, but for its number. For people, too. */
  readonly words: string;
  readonly step: StepAsked;
}

/** The numbers that a merchant gave to captures and voids: each means one of them. */
export class Numbers {
  readonly #own: readonly string[];
  readonly #meant = new Map<string, Meaning>();

  constructor(partnerReferenceNo: string) {
    this.#own = [partnerReferenceNo, restVoidNo(partnerReferenceNo)];
  }

  note(partnerNo: string, meaning: Meaning): void {
    this.#meant.set(partnerNo, meaning);
  }

  /** Whether it is the journey's, which no merchant may give. */
  isOwn(partnerNo: string): boolean {
    return this.#own.includes(partnerNo);
  }

  /** What else the number stands for, if it was given before. */
  otherThan(partnerNo: string, { words }: Meaning): Meaning | undefined {
    const meant = this.#meant.get(partnerNo);
    return meant?.words === words ? undefined : meant;
  }

  /**
   * @throws ApplicationFailure of type `InvalidInput` where the number is the authorisation's, `InputMismatch` where it means
   * another capture or void, `NotNow` past the limit.
   */
  assertFree(field: string, partnerNo: string, meaning: Meaning): void {
    if (this.isOwn(partnerNo))
      throw invalidInput(field, 'is the number of the authorisation itself');
    const other = this.otherThan(partnerNo, meaning);
    if (other) {
      throw ApplicationFailure.nonRetryable(
        `${field}: ${partnerNo} was given to ${other.words} before`,
        stepMismatchError.type,
        [other.step],
      );
    }
    if (!this.#meant.has(partnerNo) && this.#meant.size >= MOST_STEPS) {
      throw ApplicationFailure.nonRetryable(
        `no more than ${MOST_STEPS} captures and voids of one authorisation`,
        notNowError.type,
      );
    }
  }
}
