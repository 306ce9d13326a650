import { JourneyEndedError, NotNowError } from '../errors.js';

/** Waits for an update that a journey refuses where it would change nothing: then all is well. */
export async function unlessNotNow(update: Promise<unknown>): Promise<void> {
  try {
    await update;
  } catch (error) {
    if (!(error instanceof NotNowError)) throw error;
  }
}

/**
 * The same of a hint: a journey that has ended needs none.
 *
 * @throws JourneyBrokenError of one that was ended in Temporal, as nobody heeds it there.
 */
export async function hinted(update: Promise<unknown>): Promise<void> {
  try {
    await unlessNotNow(update);
  } catch (error) {
    if (!(error instanceof JourneyEndedError)) throw error;
  }
}
