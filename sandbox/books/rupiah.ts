/**
 * Money in sen, as whole numbers: 1 rupiah is 100 sen.
 *
 * @module
 */

export interface Amount {
  readonly value: string;
  readonly currency: string;
}

/** What one movement takes: an amount, and DOKU's fee (in rupiah) on top of it. */
export interface Sum {
  readonly sen: bigint;
  readonly currency: string;
  readonly feeSen: bigint;
}

/** @param value - "10000.00" */
export const senOf = (value: string): bigint => BigInt(value.replace('.', ''));

/** @returns "10000.00", or "-10000.00" */
export function rupiahOf(sen: bigint): string {
  const sign = sen < 0n ? '-' : '';
  const digits = (sen < 0n ? -sen : sen).toString().padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export const amountOf = (sen: bigint, currency = 'IDR'): Amount => ({
  value: rupiahOf(sen),
  currency,
});

export const amountOfSum = ({ sen, currency }: Sum): Amount => amountOf(sen, currency);

/** What the paying account loses in rupiah. */
export const rupiahIn = ({ sen, currency, feeSen }: Sum): bigint =>
  currency === 'IDR' ? sen + feeSen : feeSen;

/** Shown where DOKU took a fee. */
export const feeIn = ({ feeSen }: Sum) => (feeSen > 0n ? { feeAmount: amountOf(feeSen) } : {});
