/**
 * What the client throws, and nothing else, so that a backend decides by class and never by message. What made one is its
 * `cause`, where there is more to know.
 *
 * @module
 */
import type { ErrorType } from '../contract/errors.js';
import type { FieldIssue } from '../contract/issues.js';
import type { Attention } from '../contract/needs-attention.js';

/** All that the client throws. */
export class DokuJourneysError extends Error {
  override readonly name: string = 'DokuJourneysError';
  /** Whether the same call again, without any change, may bring what was asked for. */
  readonly isWorthAgain: boolean = false;
}

/**
 * What was given is wrong: nothing was done for it, and it has used up no number. `issues` names each field by its path, as
 * `input.amount.value`: what `fields` is over HTTP, whose paths begin in the body.
 */
export class InvalidInputError extends DokuJourneysError {
  override readonly name = 'InvalidInputError';
  constructor(
    message: string,
    readonly issues: readonly FieldIssue[] = [],
  ) {
    super(message);
  }
}

/** A mistake in a table of rows. */
export interface RowMistake {
  /** As people count; of a CSV file the line where the row begins. */
  readonly row: number;
  /** Its name; of a CSV file also `column 3` where it has none that is known, or `character 7` of the line. */
  readonly column: string;
  readonly message: string;
}

/** Rows are wrong; nothing was sent to Temporal. */
export class InvalidRowsError extends DokuJourneysError {
  override readonly name = 'InvalidRowsError';
  constructor(readonly mistakes: readonly RowMistake[]) {
    const told = mistakes
      .slice(0, 10)
      .map(({ row, column, message }) => `row ${row}${column && `, ${column}`}: ${message}`);
    super(`${mistakes.length} mistake(s) in the rows:\n${told.join('\n')}`);
  }
}

/** The two orders of one number: numbers, amounts and durations of their inputs, and `…` for all else. */
export interface Orders {
  readonly given: unknown;
  readonly existing: unknown;
  /** Paths of the fields in which they differ, such as `amount.value`. */
  readonly differing: readonly string[];
}

/** A journey of this business ID exists and was started with different input. */
export class InputMismatchError extends DokuJourneysError {
  override readonly name = 'InputMismatchError';
  /** The message without what to do. */
  readonly found: string;
  constructor(
    words: string,
    /** Both, where the input of the one that exists can be read. */
    readonly orders?: Orders,
  ) {
    const isCompared = orders !== undefined && orders.differing.length > 0;
    const found = isCompared ? `${words}: it differs in ${orders.differing.join(', ')}` : words;
    super(
      `${found}. ${isCompared ? 'Compare `orders.given` and `orders.existing`; take' : 'Take'} another number for what is something else`,
    );
    this.found = found;
  }
}

/** No journey of this business ID is known (never started, or past Temporal's retention). */
export class UnknownJourneyError extends DokuJourneysError {
  override readonly name = 'UnknownJourneyError';
}

/** The journey has ended, so what was asked of it can no longer be done. `result` says how it ended. */
export class JourneyEndedError<Result = unknown> extends DokuJourneysError {
  override readonly name = 'JourneyEndedError';
  constructor(
    message: string,
    readonly result: Result,
  ) {
    super(message);
  }
}

/** How a journey came to an end that is none of its own. */
export type Breakage = 'terminated' | 'cancelled' | 'timed-out' | 'failed';

/**
 * Somebody, or something, ended the journey in Temporal, so that it has no result: where its money is has to be looked up at
 * DOKU, or by starting it again with the same input, where Temporal has forgotten it.
 */
export class JourneyBrokenError extends DokuJourneysError {
  override readonly name = 'JourneyBrokenError';
  constructor(
    message: string,
    readonly how: Breakage,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The journey's state forbids it now, such as acknowledging a payment whose reversal has begun. */
export class NotNowError extends DokuJourneysError {
  override readonly name = 'NotNowError';
  constructor(
    message: string,
    /** The journey's own word, such as `NotAcknowledgeable` or `OtpUsedUp`. */
    readonly type: ErrorType = 'NotNow',
  ) {
    super(message);
  }
}

/**
 * The journey has not taken the call, as too many wait for its answers already, and an operator is to be heard: send it again. What
 * those that wait have asked for goes on.
 */
export class TooManyWaitingError extends DokuJourneysError {
  override readonly name = 'TooManyWaitingError';
  override readonly isWorthAgain = true;
}

/** DOKU clearly refuses what was asked. `refusal` is the case, such as `not-bound` or `invalid-account`. */
export class RefusedError extends DokuJourneysError {
  override readonly name: string = 'RefusedError';
  constructor(
    message: string,
    readonly refusal: string,
  ) {
    super(message);
  }
}

/**
 * The customer has no bound DOKU account, so that nothing was sent. Open the account first; the number of a journey that was
 * begun for it is used up, and what comes then takes another one.
 */
export class CustomerNotBoundError extends RefusedError {
  override readonly name = 'CustomerNotBoundError';
  constructor(
    message: string,
    /** How the journey ended, where one was begun. */
    readonly result?: unknown,
  ) {
    super(message, 'not-bound');
  }
}

/** DOKU gave no clear answer in time. Nothing was moved: ask again. */
export class NotAnsweredError extends DokuJourneysError {
  override readonly name = 'NotAnsweredError';
  override readonly isWorthAgain = true;
}

/**
 * No answer before the deadline, or by a run that was ended before. What was asked for may still happen, and the same call again
 * finds out: nothing is done twice.
 */
export class DeadlineExceededError extends DokuJourneysError {
  override readonly name = 'DeadlineExceededError';
  override readonly isWorthAgain = true;
}

/**
 * No answer before the deadline, as the journey waits for an operator's decision, which asking again does not hasten. What was
 * asked for stands, and goes on by what is decided.
 */
export class NeedsAttentionError extends DokuJourneysError {
  override readonly name = 'NeedsAttentionError';
  constructor(
    message: string,
    /** What it waits for, where it says so. */
    readonly attention?: Attention,
  ) {
    super(message);
  }
}

/** The caller's signal ended the wait. What was asked for may still happen. `cause` is the signal's reason. */
export class AbortedError extends DokuJourneysError {
  override readonly name = 'AbortedError';
}

/** Temporal has it, and no worker took it before the deadline: they are away, or on another task queue. */
export class NoWorkerError extends DokuJourneysError {
  override readonly name = 'NoWorkerError';
  override readonly isWorthAgain = true;
  /** Its journey was begun on another task queue than the caller's, and nobody polls that one: the message names it. */
  readonly isElsewhere: boolean;
  /** The caller's own, where it is that one which nobody answers on. */
  readonly taskQueue: string | undefined;
  constructor(
    message: string,
    {
      isElsewhere = false,
      taskQueue,
      ...options
    }: ErrorOptions & {
      readonly isElsewhere?: boolean;
      readonly taskQueue?: string | undefined;
    } = {},
  ) {
    super(message, options);
    this.isElsewhere = isElsewhere;
    this.taskQueue = taskQueue;
  }
}

/** Temporal does not answer at all. */
export class TemporalUnreachableError extends DokuJourneysError {
  override readonly name = 'TemporalUnreachableError';
  override readonly isWorthAgain = true;
}

/** Temporal answers, and turns the call away: its credentials, namespace, limits or search attributes. */
export class TemporalRefusedError extends DokuJourneysError {
  override readonly name = 'TemporalRefusedError';
  constructor(
    message: string,
    /** Of its limits only. */
    override readonly isWorthAgain: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The backend's payload keys are not the workers': one of them cannot read what the other wrote. Once the workers have the key, what
 * was begun goes on, and the same call again finds it; a key of the backend's own that is wrong takes a client with the right one.
 */
export class PayloadKeyError extends DokuJourneysError {
  override readonly name = 'PayloadKeyError';
  override readonly isWorthAgain = true;
}

/**
 * Whoever began the journey wrote it with a payload key that neither the workers nor this backend have. It waits until the workers
 * have that key, or until somebody terminates it in Temporal; the message says what that would be for its money.
 */
export class JourneyUnreadableError extends DokuJourneysError {
  override readonly name = 'JourneyUnreadableError';
}

/** A setting of the environment cannot work. The message names the variable and what to do, never its value. */
export class InvalidSettingError extends DokuJourneysError {
  override readonly name = 'InvalidSettingError';
}

/** An answer that this version of the client does not know. `cause` has it as it came. */
export class UnexpectedAnswerError extends DokuJourneysError {
  override readonly name = 'UnexpectedAnswerError';
}

/** What stands between a backend and its first order. */
export interface Obstacle {
  readonly part: 'temporal' | 'search-attributes' | 'task-queue' | 'payload-keys';
  /** What was found. */
  readonly found: string;
  /** What to do about it. */
  readonly todo: string;
}

/** `check()` found what has to be put right before the first order, mostly by others: the same check tells once it is. */
export class NotReadyError extends DokuJourneysError {
  override readonly name = 'NotReadyError';
  override readonly isWorthAgain = true;
  constructor(readonly obstacles: readonly Obstacle[]) {
    super(obstacles.map(({ part, found, todo }) => `${part}: ${found}. ${todo}`).join('\n'));
  }
}
