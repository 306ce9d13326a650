import type { Clock } from './clock.js';
import { rupiahOf, type Sum } from './rupiah.js';

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
/** DOKU's own earnings. */
export const FEES = 'fees';
export const walletOf = (accountId: string) => `customer:${accountId}`;

export interface Leg {
  readonly account: string;
  readonly sen: bigint;
  /** Rupiah unless said. */
  readonly currency?: string;
}

/** Whose movement it is, by the merchant's own numbers. */
export interface References {
  readonly partnerReferenceNo?: string;
  readonly partnerRefundNo?: string;
  readonly partnerCaptureNo?: string;
  readonly partnerVoidNo?: string;
}

export interface Entry extends References {
  readonly seq: number;
  readonly at: number;
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

  /** In rupiah, now or as it was so long ago. */
  balance(account: string, lagMs = 0): bigint {
    const now = this.#balances.get(account) ?? 0n;
    return lagMs === 0 ? now : now - this.#since(account, this.#clock.now() - lagMs);
  }

  #since(account: string, time: number): bigint {
    const first = this.#entries.findLastIndex(({ at }) => at <= time) + 1;
    return this.#entries
      .slice(first)
      .flatMap(({ legs }) => legs)
      .filter((leg) => leg.account === account && isRupiah(leg))
      .reduce((sum, { sen }) => sum + sen, 0n);
  }

  /** @throws RangeError when the legs do not sum to zero: the sandbox itself would be wrong. */
  post(type: EntryType, legs: readonly Leg[], references: References = {}): void {
    if (currenciesOf(legs).some((currency) => totalOf(legs, currency) !== 0n))
      throw new RangeError('unbalanced entry');
    const at = this.#clock.now();
    this.#entries.push({ seq: this.#entries.length + 1, at, type, ...references, legs });
    for (const { account, sen } of legs.filter(isRupiah))
      this.#balances.set(account, this.balance(account) + sen);
  }

  /** Moves an amount from one account to another. */
  move(type: EntryType, from: string, to: string, sen: bigint, references: References = {}): void {
    this.moveSum(type, from, to, { sen, currency: 'IDR', feeSen: 0n }, references);
  }

  /** Moves a sum, its fee included, which the paying account bears. */
  moveSum(type: EntryType, from: string, to: string, sum: Sum, references: References = {}): void {
    const legs = [...legsOf(from, to, sum.sen, sum.currency), ...legsOf(from, FEES, sum.feeSen)];
    this.post(type, legs, references);
  }

  /** Moves a sum back, its fee included, in one entry. */
  moveSumBack(type: EntryType, from: string, to: string, sum: Sum, references: References): void {
    const legs = [...legsOf(from, to, sum.sen, sum.currency), ...legsOf(FEES, to, sum.feeSen)];
    this.post(type, legs, references);
  }

  /** To be kept over a restart. */
  contents() {
    return { entries: this.#entries, balances: this.#balances };
  }

  restore({ entries, balances }: ReturnType<Ledger['contents']>): void {
    this.#entries = entries;
    this.#balances = balances;
  }

  reset(): void {
    this.#entries = [];
    this.#balances = new Map();
  }

  /** As the control API shows it. `sum` is over all legs and always "0.00". */
  toJSON() {
    const all = this.#entries.flatMap((entry) => entry.legs);
    return {
      entries: this.#entries.map(({ legs, at, ...entry }) => ({
        ...entry,
        at: this.#clock.iso(at),
        legs: legs.map(({ account, sen, currency }) => ({
          account,
          amount: rupiahOf(sen),
          ...(currency !== undefined && { currency }),
        })),
      })),
      sum: rupiahOf(all.reduce((total, leg) => total + leg.sen, 0n)),
    };
  }
}

const isRupiah = ({ currency }: Leg) => currency === undefined;

const currenciesOf = (legs: readonly Leg[]) => [...new Set(legs.map(({ currency }) => currency))];

const totalOf = (legs: readonly Leg[], currency: string | undefined) =>
  legs.filter((leg) => leg.currency === currency).reduce((sum, leg) => sum + leg.sen, 0n);

function legsOf(from: string, to: string, sen: bigint, currency = 'IDR'): Leg[] {
  if (sen === 0n) return [];
  const of = currency === 'IDR' ? {} : { currency };
  return [
    { account: from, sen: -sen, ...of },
    { account: to, sen, ...of },
  ];
}
