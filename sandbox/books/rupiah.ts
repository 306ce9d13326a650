/**
 * Money in sen, as whole numbers: 1 rupiah is 100 sen.
 *
 * @module
 */

export interface Amount {
  readonly value: string;
  readonly currency: string;
}

/** @param value - "10000.00" */
export const senOf = (value: string): bigint => BigInt(value.replace('.', ''));

/** @returns "10000.00", or "-10000.00" */
export function rupiahOf(sen: bigint): string {
  const sign = sen < 0n ? '-' : '';
  const digits = (sen < 0n ? -sen : sen).toString().padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export const amountOf = (sen: bigint): Amount => ({ value: rupiahOf(sen), currency: 'IDR' });
