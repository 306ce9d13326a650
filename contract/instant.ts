import * as z from 'zod';

const FORM = 'must be an instant such as "2026-11-01T07:00:00+07:00" or "2026-11-01T00:00:00Z"';

/** As servers read a `+` that stands in an address as it is. */
const isUnescaped = (input: unknown) => typeof input === 'string' && / \d\d:?\d\d$/.test(input);

/** A moment, as ISO 8601 with offset or `Z`. */
export const instantSchema = z.iso.datetime({
  offset: true,
  error: ({ input }) => (isUnescaped(input) ? `${FORM}; in an address its + is %2B` : FORM),
});

/**
 * A moment as DOKU wrote it: ISO 8601 with offset by SNAP, passed on as it came. Not checked, as no answer about money is
 * lost over a date.
 */
export const dokuTimeSchema = z.string();
