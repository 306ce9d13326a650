import * as z from 'zod';
import { neededIn, textIn } from './text.js';

/** An amount of rupiah; `value` is a string such as "10000.00". */
export interface Money {
  readonly value: string;
  readonly currency: 'IDR';
}

/** What we send: 1 to 16 digits, a point, exactly two decimals (SNAP). */
export const amountOut = z.strictObject({
  value: z.string().regex(/^\d{1,16}\.\d{2}$/, 'must be a string such as "10000.00"'),
  currency: z.literal('IDR'),
});

/** An amount as DOKU gave it. Only {@link rupiahOf} says whether it is one of rupiah. */
export interface GivenAmount {
  /** With two decimals where that loses nothing, else the text as it was given. */
  readonly value: string;
  readonly currency?: string | undefined;
}

/**
 * What we receive: DOKU's SDKs differ in strings and numbers. Nothing is rounded, and no currency is taken for another:
 * what cannot be read as rupiah stays the text that it was.
 */
export const amountIn = z
  .union([
    z.looseObject({ value: neededIn, currency: textIn }),
    neededIn.transform((value) => ({ value, currency: undefined })),
  ])
  .transform((amount): GivenAmount & Record<string, unknown> => ({
    ...amount,
    value: withTwoDecimals(amount.value) ?? amount.value,
  }));

export const isAmount = (value: object): value is GivenAmount =>
  'value' in value &&
  typeof value.value === 'string' &&
  'currency' in value &&
  // In what no schema has read it may be anything.
  ['string', 'undefined'].includes(typeof value.currency);

/** "10000.00", if that is what it says in rupiah; DOKU knows no other currency, so it may leave that out. */
export function rupiahOf({ value, currency = 'IDR' }: GivenAmount): string | undefined {
  return currency.toUpperCase() === 'IDR' && /^\d{1,16}\.\d{2}$/.test(value) ? value : undefined;
}

/** For comparing and showing: "10000.00" if it is of rupiah, else something that no amount of rupiah equals. */
export function amountText(amount: GivenAmount): string {
  return rupiahOf(amount) ?? `${amount.currency ?? 'IDR'} ${amount.value}`.slice(0, 36);
}

/** Digits, decimals, and the power of ten with which some serialisers write large amounts. */
const DECIMAL = /^(\d+)(?:\.(\d*))?(?:[eE]\+?(\d{1,2}))?$/;

/** @returns nothing where it is no number, or where two decimals do not hold it. */
function withTwoDecimals(text: string): string | undefined {
  const [, whole = '', decimals = '', power = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === '') return undefined;
  const shift = Number(power);
  const shifted = `${whole}${decimals.slice(0, shift).padEnd(shift, '0')}`;
  const rest = decimals.slice(shift);
  if (/[1-9]/.test(rest.slice(2))) return undefined;
  return `${shifted.replace(/^0+(?=\d)/, '')}.${rest.slice(0, 2).padEnd(2, '0')}`;
}
