/** DOKU's documented session, for an answer that carries no lifetime or one that nobody can read. */
const SESSION_MS = 900_000;
const YEAR_MS = 366 * 86_400_000;

/**
 * When a token ends, as ISO 8601. DOKU writes a lifetime as seconds or as a time, with or without an offset, as text or
 * number; what is in the past or beyond a year says nothing.
 *
 * @param askedAt - milliseconds since 1970, on the clock that will judge it.
 */
export function tokenExpiry(given: string | undefined, askedAt: number): string {
  const leftMs = given === undefined ? Number.NaN : endOf(given, askedAt) - askedAt;
  return new Date(askedAt + (leftMs > 0 && leftMs < YEAR_MS ? leftMs : SESSION_MS)).toISOString();
}

function endOf(given: string, askedAt: number): number {
  if (/^\d{1,20}(?:\.\d{1,20})?(?:e\+?\d{1,2})?$/i.test(given)) {
    const count = Number(given);
    if (count >= 1e12) return count;
    return count >= 1e9 ? count * 1_000 : askedAt + count * 1_000;
  }
  // Node does not read an offset in hours only.
  const time = /:\d{2}[\d.]{0,10}[+-]\d{2}$/.test(given) ? `${given}:00` : given;
  // Without an offset it is Jakarta's time, not this machine's.
  return Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}+07:00`);
}
