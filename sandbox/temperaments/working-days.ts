import type { Clock } from '../books/clock.js';

const DAY_MS = 86_400_000;
const NOON = 'T12:00:00+07:00';

/** @returns noon in Jakarta of the first day after `at` that is neither a weekend nor a holiday (`2026-12-25`). */
export function nextWorkingNoon(clock: Clock, at: number, holidays: readonly string[]): number {
  let day = at;
  do day += DAY_MS;
  while (!isWorkingDay(dayOf(clock, day), holidays));
  return Date.parse(`${dayOf(clock, day)}${NOON}`);
}

const dayOf = (clock: Clock, at: number) => clock.iso(at).slice(0, 10);

const isWorkingDay = (day: string, holidays: readonly string[]) =>
  ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) && !holidays.includes(day);
