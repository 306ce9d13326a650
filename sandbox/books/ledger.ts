import type { Clock } from './clock.js';
import { rupiahOf } from './rupiah.js';

export type EntryType =
  | 'opening'
  | 'purchase'
  | 'purchaseCancel'
  | 'purchaseRefund'
  | 'topUp'
  | 'transferBank'
  | 'authPayment'
  | 'authCapture'
  | 'authVoid';

/** Accounts of the ledger; a customer's is `customer:{accountId}`. */
export const FUNDING = 'funding';
export const MERCHANT_RECEIVABLE = 'merchant:receivable';
export const MERCHANT_CORPORATE = 'merchant:corporate';
export const HELD = 'held';
export const BANK = 'bank';
export const walletOf = (accountId: string) => `customer:${accountId}`;

export interface Leg {
  readonly account: string;
  readonly sen: bigint;
}

/** Whose movement it is, by the merchant's own numbers. */
export interface References {
  readonly partnerReferenceNo?: string;
  readonly partnerRefundNo?: string;
  readonly partnerCaptureNo?: string;
  readonly partnerVoidNo?: string;
}

interface Entry extends References {
  readonly seq: number;
  readonly at: string;
  readonly type: EntryType;
  readonly legs: readonly Leg[];
}

/** Double entry: every movement takes from one account what it gives to others. */
export class Ledger {
  readonly #clock: Clock;
  #entries: Entry[] = [];
  #balances = new Map<string, bigint>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  balance(account: string): bigint {
    return this.#balances.get(account) ?? 0n;
  }

  /** @throws RangeError when the legs do not sum to zero: the sandbox itself would be wrong. */
  post(type: EntryType, legs: readonly Leg[], references: References = {}): void {
    if (legs.reduce((sum, leg) => sum + leg.sen, 0n) !== 0n)
      throw new RangeError('unbalanced entry');
    this.#entries.push({
      seq: this.#entries.length + 1,
      at: this.#clock.iso(),
      type,
      ...references,
      legs,
    });
    for (const { account, sen } of legs) this.#balances.set(account, this.balance(account) + sen);
  }

  /** Moves an amount from one account to another. */
  move(type: EntryType, from: string, to: string, sen: bigint, references: References = {}): void {
    this.post(
      type,
      [
        { account: from, sen: -sen },
        { account: to, sen },
      ],
      references,
    );
  }

  reset(): void {
    this.#entries = [];
    this.#balances = new Map();
  }

  /** As the control API shows it. `sum` is over all legs and always "0.00". */
  toJSON() {
    const sum = this.#entries
      .flatMap((entry) => entry.legs)
      .reduce((total, leg) => total + leg.sen, 0n);
    return {
      entries: this.#entries.map(({ legs, ...entry }) => ({
        ...entry,
        legs: legs.map(({ account, sen }) => ({ account, amount: rupiahOf(sen) })),
      })),
      sum: rupiahOf(sum),
    };
  }
}
