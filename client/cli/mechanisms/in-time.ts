import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';

/** The option that bounds how long a command waits for a proof. */
export const waitSchema = z.coerce
  .number()
  .min(1)
  .max(86_400)
  .default(60)
  .meta({ description: 'how long to wait for the proof', value: 'SECONDS' });

/** How long a journey may take to take an update. */
export const UPDATE_SECONDS = 60;

/** @returns `late` when it takes longer; it goes on all the same. */
export async function inTime<T>(work: Promise<T>, seconds: number): Promise<T | 'late'> {
  const clock = new AbortController();
  // What becomes of it later is for the next look.
  work.catch(() => {});
  const late = pause(seconds * 1_000, 'late' as const, { signal: clock.signal });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => {});
    clock.abort();
  }
}
