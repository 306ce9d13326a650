import type { JourneyKind, PlannedTemperament } from './plan.js';

interface Drawable extends PlannedTemperament {
  readonly journeys: readonly JourneyKind[];
  readonly weight: number;
}

/** Temperaments of the sandbox that a plan may draw. Delays stay below the quiet time of {@link ../site.ts}. */
export const TEMPERAMENTS: readonly Drawable[] = [];

export const TEMPERAMENT_KINDS: readonly string[] = [
  ...new Set(TEMPERAMENTS.map(({ kind }) => kind)),
];
