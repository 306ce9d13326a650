import * as z from 'zod';
import { optional } from './absent.js';

/** The argument of the update with which a client starts a journey and asks for its first answer at once. */
export const firstAnswerSchema = z.strictObject({
  /**
   * SHA-256 of {@link digestedText} of the whole input, with its defaults, in Base64 for URLs without padding: another input
   * than the journey's own is refused. Whoever leaves it out has to look at the answer.
   */
  inputDigest: optional(z.string().max(64)),
});
export type FirstAnswerArgument = z.input<typeof firstAnswerSchema>;

/** What a digest of an input is made of: JSON without blanks, the members of each object in the order of their names. */
export const digestedText = (input: unknown): string => JSON.stringify(sorted(input));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
