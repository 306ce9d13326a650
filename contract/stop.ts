/**
 * What the view of a journey tells once it was asked to stop: by Temporal's Cancel, or by its own update. The same for all
 * journeys.
 *
 * @module
 */
import * as z from 'zod';
import { instantSchema } from './instant.js';

/** Both are there from then on, until the journey has ended. */
export const stopShape = {
  /** ISO 8601: when it was asked to stop. */
  stopRequestedAt: instantSchema.exactOptional(),
  /** What comes of that, in words for people. */
  stopMeans: z.string().exactOptional(),
};

export interface Stop {
  readonly stopRequestedAt?: string;
  readonly stopMeans?: string;
}
