import type { Clock } from '../books/clock.js';
import type { LifetimeForm } from './kinds.js';
import type { Mood } from './mood.js';

/** @param ends - fields that say when a token ends. @returns them, written otherwise where DOKU's mood has it so. */
export function lifetimesIn(mood: Mood, clock: Clock, ends: Readonly<Record<string, number>>) {
  const form = mood.use('writesLifetime')?.form;
  if (!form) return {};
  return Object.fromEntries(
    Object.entries(ends).map(([field, endsAt]) => [field, FORMS[form](endsAt, clock)]),
  );
}

const secondsLeft = (endsAt: number, clock: Clock) => Math.ceil((endsAt - clock.now()) / 1_000);

const FORMS: Readonly<Record<LifetimeForm, (endsAt: number, clock: Clock) => unknown>> = {
  number: secondsLeft,
  numericText: (endsAt, clock) => String(secondsLeft(endsAt, clock)),
  isoTime: (endsAt, clock) => clock.iso(endsAt),
  epochSeconds: (endsAt) => Math.floor(endsAt / 1_000),
  epochMs: (endsAt) => endsAt,
  missing: () => undefined,
  nonsense: () => 'a while',
};
