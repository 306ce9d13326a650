import { moneyOf, senOf } from '../../contract/money.js';
import type { RowsInDoubt, TopUpBatchCounts } from '../../contract/top-up-batch.js';
import { endedIn, summed } from './counts.js';

/** What a view shows. */
const MOST_NAMED = 10;

/** What a part told of its rows. */
export interface Told {
  readonly counts: TopUpBatchCounts;
  readonly inDoubt?: RowsInDoubt;
  readonly isAwaitingFunds?: boolean;
  readonly waitsFor?: readonly string[];
  readonly waitsForOperator?: true;
}

/** What the rows of a batch have come to, as its parts tell. */
export class Tally {
  readonly #rows: number;
  readonly #told = new Map<number, Told>();

  constructor(rows: number) {
    this.#rows = rows;
  }

  set(index: number, told: Told): void {
    this.#told.set(index, told);
  }

  get counts(): TopUpBatchCounts {
    return summed([...this.#told.values()].map(({ counts }) => counts));
  }

  get remaining(): number {
    return this.#rows - endedIn(this.counts);
  }

  /** Whether rows wait for the corporate balance. */
  get isAwaitingFunds(): boolean {
    return [...this.#told.values()].some(({ isAwaitingFunds }) => isAwaitingFunds);
  }

  /** Workflow IDs of journeys that rows wait for, the first ten. */
  get waitsFor(): readonly string[] {
    return [...this.#told.values()].flatMap(({ waitsFor }) => waitsFor ?? []).slice(0, MOST_NAMED);
  }

  /** Whether some of them wait for an operator. */
  get isForOperator(): boolean {
    return [...this.#told.values()].some(({ waitsForOperator }) => waitsForOperator);
  }

  get inDoubt(): RowsInDoubt {
    const all = [...this.#told.values()].flatMap(({ inDoubt }) => inDoubt ?? []);
    return {
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      sum: moneyOf(all.reduce((sum, each) => sum + senOf(each.sum), 0n)).value,
    };
  }

  /** One line for people. */
  get asText(): string {
    const { completed, failed, insufficientFunds } = this.counts;
    const { rows, sum } = this.inDoubt;
    const inDoubt = rows > 0 ? `, of which ${rows} in doubt, IDR ${sum}` : '';
    const { waitsFor } = this;
    const others =
      waitsFor.length > 0
        ? `; waiting for ${waitsFor.join(', ')}${this.isForOperator ? ', and an operator' : ''}`
        : '';
    return `${completed} completed, ${failed} failed, ${insufficientFunds} without funds, ${this.remaining} remaining${inDoubt}${others}`;
  }
}
