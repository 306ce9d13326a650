import { ApplicationFailure } from '@temporalio/workflow';
import { inputMismatchError, notNowError } from '../../contract/errors.js';
import { invalidInput } from '../mechanisms/bad-input.js';
import { derivedNumber } from '../mechanisms/derived-number.js';

/** Keeps the history of a journey bounded; an order is not shipped in more parts. */
const MOST_STEPS = 150;

/** The number under which the rest of an authorisation goes back: its own, and nobody else's. */
export const restVoidNo = (partnerReferenceNo: string) =>
  derivedNumber(partnerReferenceNo, 'void', [partnerReferenceNo]);

/** The numbers that a merchant gave to captures and voids: each means one of them. */
export class Numbers {
  readonly #own: readonly string[];
  readonly #meant = new Map<string, string>();

  constructor(partnerReferenceNo: string) {
    this.#own = [partnerReferenceNo, restVoidNo(partnerReferenceNo)];
  }

  /** @param meaning - all that tells the step from others, but for its number. */
  note(partnerNo: string, meaning: string): void {
    this.#meant.set(partnerNo, meaning);
  }

  /** Whether it is the journey's, which no merchant may give. */
  isOwn(partnerNo: string): boolean {
    return this.#own.includes(partnerNo);
  }

  /** What the number stands for, if it was given before. */
  meaningOf(partnerNo: string): string | undefined {
    return this.#meant.get(partnerNo);
  }

  /**
   * @throws ApplicationFailure of type `InvalidInput` where the number is the authorisation's, `InputMismatch` where it means
   * another capture or void, `NotNow` past the limit.
   */
  assertFree(field: string, partnerNo: string, meaning: string): void {
    if (this.isOwn(partnerNo))
      throw invalidInput(field, 'is the number of the authorisation itself');
    const meant = this.meaningOf(partnerNo);
    if (meant !== undefined && meant !== meaning) {
      throw ApplicationFailure.nonRetryable(
        `${field}: ${partnerNo} is the number of something else: ${meant}`,
        inputMismatchError.type,
      );
    }
    if (meant === undefined && this.#meant.size >= MOST_STEPS) {
      throw ApplicationFailure.nonRetryable(
        `no more than ${MOST_STEPS} captures and voids of one authorisation`,
        notNowError.type,
      );
    }
  }
}
