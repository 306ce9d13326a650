/**
 * Keeps room for an operator's word. Temporal takes ten updates in flight of a journey, and each keeps its place until it is
 * answered, also once its caller has left: ten calls that wait for an operator would keep out the very update they wait for.
 *
 * @module
 */
import { ApplicationFailure } from '@temporalio/workflow';
import { tooManyWaitingError } from '../../contract/errors.js';
import { ownOf } from './own.js';

/** Calls that wait, of all names but the operator's; what is left of the ten is his, and of those that are just being refused. */
const MOST = 7;
/** Of one name: whatever else is asked for, such as a cancel, is heard all the same. */
const MOST_OF_ONE = 6;
/** Of decisions that wait for DOKU to be asked; one that is forced waits for nothing. */
const MOST_DECISIONS = 2;

/** The updates of one journey that wait for their answer. */
export class Room {
  readonly #waiting = new Map<string, number>();
  /** The operator's update, of a journey that has one. */
  #kept: string | undefined;

  /** Keeps room for this update. A workflow that never asks an operator takes as many as Temporal does. */
  keepFor(name: string): void {
    this.#kept = name;
  }

  /** Notes an update that was taken. Nothing that the workflow does waits for it, so that histories of before replay. */
  taken(name: string, answer: unknown): void {
    if (!(answer instanceof Promise)) return;
    this.#count(name, 1);
    const over = () => this.#count(name, -1);
    answer.then(over, over);
  }

  /** Whether an update is likely to be turned away. */
  get isFull(): boolean {
    const others = this.#others;
    return (
      this.#kept !== undefined && (sum(others) >= MOST || Math.max(0, ...others) >= MOST_OF_ONE)
    );
  }

  /**
   * For validators, which leave nothing behind.
   *
   * @throws ApplicationFailure of type `TooManyWaiting` where there is no room for another update of this name.
   */
  assertFor(name: string): void {
    if (this.#kept === undefined) return;
    const waiting = this.#waiting.get(name) ?? 0;
    const isFull =
      name === this.#kept
        ? waiting >= MOST_DECISIONS
        : waiting >= MOST_OF_ONE || sum(this.#others) >= MOST;
    if (isFull)
      throw ApplicationFailure.nonRetryable(
        `this ${name} was not taken, as too many calls wait for the journey's answers: send it again. Those that wait go on`,
        tooManyWaitingError.type,
      );
  }

  get #others(): readonly number[] {
    return [...this.#waiting].filter(([name]) => name !== this.#kept).map(([, count]) => count);
  }

  #count(name: string, more: number): void {
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + more);
  }
}

const sum = (counts: readonly number[]) => counts.reduce((all, each) => all + each, 0);

/** That of each journey. */
export const ownRoom = ownOf(() => new Room());
