import { randomInt } from 'node:crypto';

const RANDOM_DIGITS = 12;

/**
 * A new `X-EXTERNAL-ID`: 32 digits, new on every HTTP request. SNAP wants it numeric, at most 36 long and unique
 * within a calendar day in Jakarta.
 *
 * No coordination across a fleet: 8 digits of Jakarta's date and 24 random ones from the system's secure
 * source, drawn in two halves as `randomInt` is exact below 2^48. By the birthday bound, a hundred million
 * requests a day collide with probability (10^8)² / (2 · 10^24) = 5 · 10⁻⁹; one such day in half a million years.
 *
 * @param timestamp - the request's `X-TIMESTAMP`, in Jakarta's time.
 */
export function newExternalId(timestamp: string): string {
  const day = timestamp.slice(0, 10).replaceAll('-', '');
  return `${day}${randomDigits()}${randomDigits()}`;
}

const randomDigits = () =>
  randomInt(10 ** RANDOM_DIGITS)
    .toString()
    .padStart(RANDOM_DIGITS, '0');
