/**
 * What the client throws, so that a backend decides by class and never by message.
 *
 * @module
 */

/** The input is wrong; nothing was sent to Temporal. `issues` names each field by its path. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
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
export class InvalidRowsError extends Error {
  override readonly name = 'InvalidRowsError';
  constructor(readonly mistakes: readonly RowMistake[]) {
    const told = mistakes
      .slice(0, 10)
      .map(({ row, column, message }) => `row ${row}${column && `, ${column}`}: ${message}`);
    super(`${mistakes.length} mistake(s) in the rows:\n${told.join('\n')}`);
  }
}

/** A journey of this business ID exists and was started with different input. */
export class InputMismatchError extends Error {
  override readonly name = 'InputMismatchError';
}

/** No journey of this business ID is known (never started, or past Temporal's retention). */
export class UnknownJourneyError extends Error {
  override readonly name = 'UnknownJourneyError';
}

/** The journey has ended, so what was asked of it can no longer be done. `result` says how it ended. */
export class JourneyEndedError<Result = unknown> extends Error {
  override readonly name = 'JourneyEndedError';
  constructor(
    message: string,
    readonly result: Result,
  ) {
    super(message);
  }
}

/** The journey's state forbids it now, such as acknowledging a payment whose reversal has begun. */
export class NotNowError extends Error {
  override readonly name = 'NotNowError';
}

/** DOKU clearly refuses what was asked. `refusal` is the case, such as `not-bound` or `invalid-account`. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(
    message: string,
    readonly refusal: string,
  ) {
    super(message);
  }
}

/** DOKU gave no clear answer in time. Nothing was moved: ask again. */
export class NotAnsweredError extends Error {
  override readonly name = 'NotAnsweredError';
}
