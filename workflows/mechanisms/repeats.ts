import { ApplicationFailure } from '@temporalio/workflow';
import { answeredError } from '../../contract/errors.js';
import { ownRoom } from './room.js';

/** Answers that a journey gives again to the same update by taking it, which costs its history five events each. */
const MOST_TAKEN = 50;

/** For the validator of an update that was taken before: it is refused with the answer, which costs its history nothing. */
export const answered = (answer: unknown) =>
  ApplicationFailure.create({
    message: 'asked and answered before',
    type: answeredError.type,
    nonRetryable: true,
    details: [answer],
  });

/**
 * Keeps a journey's history bounded however often a backend repeats itself: past so many repeats the answer comes from the
 * validator, which leaves nothing behind. Such an update is refused with the type `Answered` and the answer in its details;
 * our client returns it as if it had been taken.
 */
export class Repeats {
  readonly #room = ownRoom.get();
  #taken = 0;

  /**
   * For the validator of an update whose answer is known already.
   *
   * @throws ApplicationFailure of type `Answered` once there were too many, or where there is no room for another.
   */
  check(answer: unknown): void {
    if (this.#taken >= MOST_TAKEN || this.#room.isFull) throw answered(answer);
  }

  /** For its handler. */
  taken(): void {
    this.#taken += 1;
  }
}
