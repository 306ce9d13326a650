import type { Choice } from './choice.js';
import type { Dice } from './dice.js';
import { ACTS, type ActName, type JourneyKind, type PlannedAct } from './plan.js';

interface Habit {
  readonly weight: number;
  readonly journeys?: readonly JourneyKind[];
  readonly from: readonly PlannedAct['from'][];
  readonly times?: number;
}

/** How often each comes, at what, and when. */
const HABITS: Readonly<Record<ActName, Habit>> = {
  'repeat-start': { weight: 10, from: ['start'], times: 4 },
  'start-after-end': { weight: 8, from: ['end'], times: 2 },
  'start-changed': { weight: 5, from: ['start', 'end'] },
  poll: { weight: 12, from: ['start'], times: 40 },
  'say-again': { weight: 6, from: ['start', 'end'], times: 3 },
  notify: { weight: 8, journeys: ['purchase'], from: ['start', 'end'], times: 5 },
  'reload-return': { weight: 8, journeys: ['purchase'], from: ['start', 'end'], times: 60 },
  'pay-again': { weight: 6, journeys: ['purchase'], from: ['end'] },
  cancel: { weight: 6, journeys: ['purchase'], from: ['start', 'end'] },
  'refund-open': { weight: 4, journeys: ['purchase'], from: ['start'] },
  'temporal-cancel': { weight: 7, from: ['start'] },
  terminate: { weight: 4, from: ['start'] },
  'terminate-child': { weight: 6, journeys: ['topUpBatch'], from: ['start'] },
  'reset-first': { weight: 6, from: ['start', 'end'] },
  'reset-last': { weight: 6, from: ['start', 'end'] },
  forget: { weight: 6, from: ['end'] },
  show: { weight: 8, from: ['start', 'end'], times: 2 },
};

export function drawActs(dice: Dice, kind: JourneyKind, choice: Choice): PlannedAct[] {
  const weights = Object.fromEntries(
    ACTS.filter((act) => HABITS[act].journeys?.includes(kind) ?? true)
      .filter((act) => choice.takes('act', act))
      .map((act) => [act, HABITS[act].weight]),
  ) as Record<ActName, number>;
  if (Object.keys(weights).length === 0) return [];
  const count = Number(dice.of('count').weighed({ '0': 45, '1': 35, '2': 20 }));
  return Array.from({ length: count }, (_, index) => {
    const own = dice.of(index);
    const act = own.of('act').weighed(weights);
    const { from, times = 1 } = HABITS[act];
    const begins = own.of('from').one(from);
    return {
      act,
      from: begins,
      afterMs: own.of('after').whole(0, begins === 'start' ? 6_000 : 1_500),
      times: own.of('times').whole(1, times),
    };
  });
}
