import { type Money, moneyOf, senOf } from '../../contract/money.js';

/** A capture or a void, whichever way it goes. */
export interface Step {
  readonly kind: 'capture' | 'void';
  readonly partnerNo: string;
  /** Without it all that DOKU still holds, however much that is. */
  readonly amount?: Money;
  /** Nothing is held after it. */
  readonly closes: boolean;
  readonly reason: string;
}

/** What became of what was held, as DOKU proved it. */
export class Holding {
  readonly #held: bigint;
  readonly #steps: Pick<Step, 'kind' | 'partnerNo'>[] = [];
  #captured = 0n;
  #voided = 0n;
  #unaccounted = 0n;

  constructor(amount: Money) {
    this.#held = senOf(amount.value);
  }

  /** In sen. */
  get remaining(): bigint {
    return this.#held - this.#captured - this.#voided - this.#unaccounted;
  }

  get hasCaptured(): boolean {
    return this.#captured > 0n;
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
   * @returns how much that was.
   */
  count({ kind, partnerNo, amount, closes }: Step, moved: string | undefined): Money {
    const said = amount?.value ?? moved;
    const sen = said === undefined || senOf(said) > this.remaining ? this.remaining : senOf(said);
    this.#steps.push({ kind, partnerNo });
    if (kind === 'capture') this.#captured += sen;
    else this.#voided += sen;
    // Less than was thought to remain: an earlier run took the difference.
    if (closes && kind === 'void') this.writeOff();
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
