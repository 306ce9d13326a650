import { moneyOf, senOf } from '../../contract/money.js';
import {
  type ParsedTopUpBatchInput,
  ROWS_A_PART,
  type TopUpRow,
} from '../../contract/top-up-batch.js';

/** The rows of a batch, as they come in part by part. */
export class ReceivedRows {
  readonly #announced: ParsedTopUpBatchInput;
  readonly #parts = new Map<number, readonly TopUpRow[]>();

  constructor(announced: ParsedTopUpBatchInput) {
    this.#announced = announced;
  }

  /** The same part again changes nothing. */
  add(index: number, rows: readonly TopUpRow[]): void {
    if (!this.#parts.has(index)) this.#parts.set(index, rows);
  }

  of(index: number): readonly TopUpRow[] {
    return this.#parts.get(index) ?? [];
  }

  /** How many a part has, whether they came in or not. */
  announcedIn(index: number): number {
    return Math.min(ROWS_A_PART, this.#announced.rows - index * ROWS_A_PART);
  }

  get count(): number {
    return [...this.#parts.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get partCount(): number {
    return Math.ceil(this.#announced.rows / ROWS_A_PART);
  }

  get isWhole(): boolean {
    return this.#parts.size === this.partCount;
  }

  /** What is not as announced; nothing where all is. Then something was lost or changed on the way. */
  get mistake(): string | undefined {
    const rows = [...this.#parts.values()].flat();
    const sum = rows.reduce((total, row) => total + senOf(row.amount.value), 0n);
    const references = new Set(rows.map((row) => row.partnerReferenceNo));
    const isRight =
      rows.length === this.#announced.rows &&
      references.size === rows.length &&
      sum === senOf(this.#announced.total.value);
    return isRight
      ? undefined
      : `not what was announced: ${rows.length} rows, ${references.size} numbers, ${moneyOf(sum).value}`;
  }

  /** Numbers of a customer's rows in parts that fit. */
  numbersOf(customerId: string, fits: (index: number) => boolean): string[] {
    return [...this.#parts]
      .filter(([index]) => fits(index))
      .flatMap(([, rows]) => rows)
      .filter((row) => row.customerId === customerId)
      .map(({ partnerReferenceNo }) => partnerReferenceNo);
  }
}
