import { type Choice, EVERYTHING } from './choice.js';
import { Dice } from './dice.js';
import { drawActs } from './draw-acts.js';
import { drawCourse } from './draw-course.js';
import { drawFaults, drawTemperaments } from './draw-faults.js';
import { drawUpheavals } from './draw-upheavals.js';
import { JOURNEY_KINDS, type JourneyKind, type JourneyPlan, type Plan } from './plan.js';

export interface DrawOptions {
  readonly seed: number;
  readonly journeys: number;
  /** Journeys that begin in a second, on average. */
  readonly rate?: number;
  readonly choice?: Choice;
}

export const RATE = 4;

/** How often each kind comes, in proportion. */
const SHARES: Readonly<Record<JourneyKind, number>> = {
  purchase: 40,
  refund: 10,
  authorizedPurchase: 9,
  topUp: 14,
  topUpBatch: 7,
  bankTransfer: 9,
  openAccount: 6,
  closeAccount: 5,
};

/** The same options draw the same plan; a journey is the same however many others are drawn. */
export function drawPlan(options: DrawOptions): Plan {
  const { seed, journeys, rate = RATE, choice = EVERYTHING } = options;
  const dice = new Dice(`chaos ${seed}`);
  const shares = Object.fromEntries(
    JOURNEY_KINDS.filter((kind) => choice.takes('journey', kind)).map((kind) => [
      kind,
      SHARES[kind],
    ]),
  ) as Record<JourneyKind, number>;
  const drawn = Array.from({ length: journeys }, (_, index) =>
    drawJourney(dice.of(index), dice.of(index).of('kind').weighed(shares), index, {
      startsAtMs: Math.round((index / rate) * 1_000),
      choice,
    }),
  );
  const lastsMs = Math.round((journeys / rate) * 1_000);
  return {
    seed,
    journeys: drawn,
    upheavals: drawUpheavals(dice.of('upheavals'), lastsMs, choice),
  };
}

function drawJourney(
  dice: Dice,
  kind: JourneyKind,
  index: number,
  { startsAtMs, choice }: { startsAtMs: number; choice: Choice },
): JourneyPlan {
  const amount = `${dice.of('amount').whole(100, 50_000)}.00`;
  const course = drawCourse(dice.of('course'), kind);
  return {
    name: `${kind}-${index}`,
    kind,
    startsAtMs: startsAtMs + dice.of('start').whole(0, 400),
    amount,
    course,
    faults: drawFaults(dice.of('faults'), kind, choice),
    temperaments: drawTemperaments(dice.of('temperaments'), kind, choice),
    acts: drawActs(dice.of('acts'), kind, choice),
  };
}
