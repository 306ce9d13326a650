import * as z from 'zod';

const time = z.union([
  z.iso.datetime({ offset: true }),
  // To the minute.
  z.iso.datetime({ offset: true, precision: -1 }),
]);
const isTime = (text: string) => time.safeParse(text).success;
const isDate = (text: string) => z.iso.date().safeParse(text).success;

/** A point in time; a bare date is its first moment in Jakarta. */
export const instantSchema = z
  .string()
  .refine(
    (text) => isTime(text) || isDate(text),
    'must be a date such as 2026-11-24, or a time with its offset such as 2026-11-24T12:00+07:00',
  )
  .transform((text) => new Date(isDate(text) ? `${text}T00:00:00+07:00` : text));

/** For people: to the second, as journeys' stories tell it. */
export const toldInstant = (instant: Date | string) =>
  `${(typeof instant === 'string' ? instant : instant.toISOString()).slice(0, 19)}Z`;
