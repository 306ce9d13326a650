import * as z from 'zod';

const RULE =
  'must be a string such as "10000.00": rupiah, a point and two decimals, without other separators and without a sign';

const FORM = 'must be an object such as {"value":"25000.00","currency":"IDR"}';

/**
 * "10000.00": rupiah as a string of up to 16 digits, a point and exactly two decimals, zero included. Where it stands
 * without its currency, that is IDR.
 */
export const amountValueSchema = z
  .string(RULE)
  // What is no amount is not held against how much it must be.
  .regex(/^(?:0|[1-9]\d{0,15})\.\d{2}$/, { error: RULE, abort: true });

/**
 * An amount of rupiah as SNAP writes it: `value` is a string of up to 16 digits, a point and exactly two
 * decimals, such as "10000.00". Never a number: binary fractions have no place in money.
 */
export const moneySchema = z.strictObject(
  {
    value: amountValueSchema.refine((value) => /[1-9]/.test(value), 'must be above zero'),
    currency: z.literal('IDR'),
  },
  // What stands there besides is told in its own words.
  { error: ({ code }) => (code === 'invalid_type' ? FORM : undefined) },
);

export type Money = z.infer<typeof moneySchema>;

/** For people: "IDR 10000.00". */
export const written = (money: Money) => `${money.currency} ${money.value}`;

/** Counts in sen, the hundredth of a rupiah: exact, whatever the amount. */
export const senOf = (value: string): bigint => BigInt(value.replace('.', ''));

/** The amount of so many sen, as SNAP writes it. */
export function moneyOf(sen: bigint): Money {
  const digits = sen.toString().padStart(3, '0');
  return { value: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency: 'IDR' };
}
