import * as z from 'zod';

/** No control character, nor one that turns the direction of what follows, begins a line or is half of another. */
const PLAIN = /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$/u;

/** What people of the merchant write and others read later, in a terminal, a log or a page: one line, as it looks. */
export const operatorWordsSchema = (most: number) =>
  z
    .string()
    .min(1, { abort: true })
    .max(most)
    .regex(PLAIN, 'must hold no line breaks, control characters or marks of direction');
