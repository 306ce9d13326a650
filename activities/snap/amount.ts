import * as z from 'zod';

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

/** What we receive: DOKU's SDKs differ in strings and numbers; the value becomes a string with two decimals. */
export const amountIn = z.looseObject({
  value: z
    .union([z.string().regex(/^\d{1,16}(?:\.\d{1,2})?$/), z.number().nonnegative()])
    .transform((value) => withTwoDecimals(String(value))),
  currency: z.string().optional(),
});

function withTwoDecimals(value: string): string {
  const [whole = '0', decimals = ''] = value.split('.');
  return `${whole}.${decimals.padEnd(2, '0').slice(0, 2)}`;
}
