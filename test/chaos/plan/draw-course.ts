import type { Dice } from './dice.js';
import type { Course, JourneyKind } from './plan.js';

/** How customer, merchant and operator mean to behave. */
export function drawCourse(dice: Dice, kind: JourneyKind): Course {
  const customer = dice.of('customer').weighed<Course['customer']>(
    kind === 'purchase'
      ? {
          pays: 50,
          'pays-at-the-last-second': 10,
          'pays-after-the-cancel': 6,
          declines: 8,
          'declines-and-returns': 6,
          'pays-twice': 8,
          'stays-away': 8,
        }
      : { pays: 90, 'stays-away': 10 },
  );
  const isAcknowledged = kind === 'purchase' && dice.of('acknowledged').chance(0.55);
  return {
    customer,
    thinksMs: dice.of('thinks').whole(50, 3_000),
    returns: dice.of('returns').chance(0.6),
    merchant: dice.of('merchant').weighed({
      acknowledges: 60,
      'stays-silent': 25,
      cancels: customer === 'pays-after-the-cancel' ? 1_000 : 15,
    }),
    actsAfterMs: dice.of('acts').whole(0, 2_500),
    seconds: dice.of('seconds').whole(5, 15),
    ...(isAcknowledged && { acknowledgeSeconds: dice.of('acknowledge').whole(5, 10) }),
    parts: dice.of('parts').whole(1, kind === 'topUpBatch' ? 12 : 3),
    settles: dice.of('settles').chance(0.6),
    operator: dice.of('operator').weighed({ 'looks-up': 70, first: 15, last: 15 }),
  };
}
