import * as z from 'zod';

/** The workers' task queue. A backend that names it otherwise would start what nobody works on. */
export const taskQueueSchema = z
  .string()
  .regex(
    /^(?!["'`\s])[^\p{Cc}\p{Cf}]{1,200}(?<!["'`\s])$/u,
    'must be 1 to 200 characters, without blanks or quotes around them',
  )
  .default('doku-journeys');
