import crypto from 'node:crypto';
import type { Mood } from './mood.js';

const REFERENCE = /(?:reference|refund|capture|void)no$/i;
/** Stands in JSON for a number whose digits JavaScript would not keep. */
const DIGITS = /"\u{e000}(\d+)"/gu;

/** @returns a body's JSON, as DOKU's mood has it written. */
export function written(mood: Mood, body: Record<string, unknown>): string {
  const codes = mood.use('writesCodesAsNumbers');
  const isNumber = mood.use('writesReferencesAsNumbers') !== undefined;
  const text = JSON.stringify(body, (key, value) => {
    if (codes && key === 'responseCode') return Number(value);
    if (codes?.statusesToo && /Status$/.test(key) && /^\d+$/.test(value)) return Number(value);
    return isNumber && REFERENCE.test(key) ? withDigits(key, value) : value;
  });
  return mood
    .useAll('writesTwice')
    .filter(({ field }) => field in body)
    .reduce(
      (object, { field, value = body[field] }) =>
        `${object.slice(0, -1)},${JSON.stringify(field)}:${JSON.stringify(value)}}`,
      text.replace(DIGITS, '$1'),
    );
}

/** A number of digits as a number; DOKU's own, which are UUIDs here, as {@link digitsOf} them. */
function withDigits(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^[1-9]\d*$/.test(value)) return `\u{e000}${value}`;
  return UUID.test(value) && !/partner/i.test(key) ? `\u{e000}${digitsOf(value)}` : value;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** @returns 19 digits, above 2^53, the same for the same reference. */
export function digitsOf(reference: string): string {
  const hash = crypto.createHash('sha256').update(reference).digest();
  return String(1_000_000_000_000_000_000n + (hash.readBigUInt64BE() >> 1n) / 2n);
}
