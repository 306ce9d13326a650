import * as z from 'zod';

/** The workers' task queue. A backend that names it otherwise would start what nobody works on. */
export const taskQueueSchema = z
  .string()
  .regex(
    /^(?!["'`])[^\s\p{Cc}\p{Cf}]{1,200}(?<!["'`])$/u,
    'must be 1 to 200 characters without blanks, and without quotes around them',
  )
  .refine(
    (name) => !/^(?:\/_sys\/|__temporal_)/.test(name),
    'begins with "/_sys/" or "__temporal_", which are Temporal\'s own: give it another name',
  )
  .default('doku-journeys');
