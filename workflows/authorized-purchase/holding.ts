import { type Money, moneyOf, senOf } from '../../contract/money.js';

/** A capture or a void, whichever way it goes. */
export interface Step {
  readonly kind: 'capture' | 'void';
  readonly partnerNo: string;
  /** Without it all that DOKU still holds, however much that is. */
  readonly amount?: Money;
  /** Its amount is no more than what this run believes to remain: another run may have sent another one under its number. */
  readonly isGuessed?: true;
  /** Nothing is held after it. */
  readonly closes: boolean;
  readonly reason: string;
}

/** What became of what was held, as DOKU proved it. */
export class Holding {
  readonly #held: bigint;
  readonly #steps: Pick<Step, 'kind' | 'partnerNo'>[] = [];
  #captured = 0n;
  #hasCaptured = false;
  #voided = 0n;
  #unaccounted = 0n;

  constructor(amount: Money) {
    this.#held = senOf(amount.value);
  }

  /** In sen. */
  get remaining(): bigint {
    return this.#held - this.#captured - this.#voided - this.#unaccounted;
  }

  /** Also where nobody tells how much. */
  get hasCaptured(): boolean {
    return this.#hasCaptured;
  }

  /** Captures and voids that DOKU proved, in their order. */
  get steps(): readonly Pick<Step, 'kind' | 'partnerNo'>[] {
    return this.#steps;
  }

  /** "10000.00" each. */
  get totals() {
    return { captured: moneyOf(this.#captured).value, voided: moneyOf(this.#voided).value };
  }

  /** "10000.00", where there is any. */
  get unaccounted(): string | undefined {
    return this.#unaccounted > 0n ? moneyOf(this.#unaccounted).value : undefined;
  }

  /**
   * @param moved - "10000.00": what DOKU says it moved, of a step without an amount.
   * @returns how much that was, as far as it is told: nothing, where nobody tells.
   */
  count({ kind, partnerNo, amount, closes }: Step, moved: string | undefined): Money {
    const said = amount?.value ?? moved;
    const sen = least(said === undefined ? 0n : senOf(said), this.remaining);
    this.#steps.push({ kind, partnerNo });
    this.#hasCaptured ||= kind === 'capture';
    if (kind === 'capture') this.#captured += sen;
    else this.#voided += sen;
    // All that was left: what an earlier run had taken before, or how much this was, nobody tells.
    if (said === undefined || (closes && kind === 'void')) this.writeOff();
    return moneyOf(sen);
  }

  /** DOKU gave back what remained. */
  giveBackRest(): void {
    this.#voided += this.remaining;
  }

  /** What remains was captured or given back, and nothing here tells which. */
  writeOff(): void {
    this.#unaccounted += this.remaining;
  }
}

const least = (one: bigint, other: bigint) => (one < other ? one : other);
