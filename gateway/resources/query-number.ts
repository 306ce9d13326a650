import * as z from 'zod';

/** A number as a query has it: its digits and nothing else, as JavaScript makes a zero of nothing. */
export const queryNumber = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : text),
    schema,
  );
