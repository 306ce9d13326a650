import * as z from 'zod';

/** The argument of the update with which a client starts a journey and asks for its first answer at once. */
export const firstAnswerSchema = z.strictObject({
  /** The client's digest of the whole input: another digest than the first start's is refused. */
  inputDigest: z.string().max(64).optional(),
});
export type FirstAnswerArgument = z.input<typeof firstAnswerSchema>;
