/** DOKU refuses requests whose `X-TIMESTAMP` is minutes off; below this nothing is wrong with a clock. */
export const CLOCK_TOLERANCE_MS = 60_000;

/**
 * How far this machine's clock is off, by the `Date` of an answer, which was written while the request was under way and
 * counts whole seconds.
 *
 * @param date - the header, if there was one.
 * @returns milliseconds: ahead of DOKU's above 0, behind it below; 0 where it fits, or nothing tells.
 */
export function clockSkewMs(date: string | undefined, askedAt: Date, answeredAt: Date): number {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return 0;
  if (theirs + 1_000 < askedAt.getTime()) return askedAt.getTime() - theirs;
  return theirs > answeredAt.getTime() ? answeredAt.getTime() - theirs : 0;
}

/** For an exchange's facts: only where something is wrong with a clock. */
export function wrongClock(
  date: string | undefined,
  askedAt: Date,
  answeredAt: Date,
): { readonly clockSkewMs?: number } {
  const skewMs = clockSkewMs(date, askedAt, answeredAt);
  return Math.abs(skewMs) > CLOCK_TOLERANCE_MS ? { clockSkewMs: skewMs } : {};
}
