import type { Plan } from './plan/plan.js';

/** Whether a plan still goes wrong in the way that is looked for. */
export type Fails = (plan: Plan) => Promise<boolean>;

/** Plays at most: each takes as long as its journeys. */
const MOST_PLAYS = 60;

/**
 * Looks for a smaller plan that still fails: fewer journeys by halves, then upheavals, then the faults, temperaments and
 * acts of each journey that is left, one by one.
 *
 * @param suspects - names of journeys that were wrong: tried alone first.
 */
export async function shrunk(
  plan: Plan,
  suspects: readonly string[],
  fails: Fails,
  say: (text: string) => void = () => {},
): Promise<Plan> {
  let smallest = plan;
  let plays = 0;
  const accept = async (candidate: Plan): Promise<boolean> => {
    if (plays >= MOST_PLAYS || sizeOf(candidate) >= sizeOf(smallest)) return false;
    plays += 1;
    const isWrong = await fails(candidate);
    say(`${told(candidate)}: ${isWrong ? 'still wrong' : 'right'}`);
    if (isWrong) smallest = candidate;
    return isWrong;
  };
  const own = (names: readonly string[]) => ({
    ...smallest,
    journeys: smallest.journeys.filter(({ name }) => names.includes(name)),
  });
  for (const name of suspects) if (await accept(at(own([name])))) break;
  await withoutParts(
    () => smallest.journeys.map(({ name }) => name),
    async (left) => accept(at(own(left))),
  );
  await withoutParts(
    () => smallest.upheavals,
    async (upheavals) => accept({ ...smallest, upheavals }),
  );
  for (const { name } of smallest.journeys)
    for (const part of ['faults', 'temperaments', 'acts'] as const)
      await withoutParts<object>(
        () => smallest.journeys.find((journey) => journey.name === name)?.[part] ?? [],
        async (left) =>
          accept({
            ...smallest,
            journeys: smallest.journeys.map((journey) =>
              journey.name === name ? { ...journey, [part]: left } : journey,
            ),
          }),
      );
  return smallest;
}

/** From the first journey on: nobody waits for those that are gone. */
function at(plan: Plan): Plan {
  const first = Math.min(...plan.journeys.map(({ startsAtMs }) => startsAtMs));
  if (!Number.isFinite(first)) return plan;
  const earlier = <T extends { atMs: number }>(each: T) => ({
    ...each,
    atMs: Math.max(0, each.atMs - first),
  });
  return {
    ...plan,
    journeys: plan.journeys.map((journey) => ({
      ...journey,
      startsAtMs: journey.startsAtMs - first,
    })),
    upheavals: plan.upheavals.map(earlier),
  };
}

/** Tries to leave out halves, then quarters, and at last each part alone. */
async function withoutParts<T>(
  parts: () => readonly T[],
  accept: (left: readonly T[]) => Promise<boolean>,
): Promise<void> {
  for (
    let size = Math.ceil(parts().length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    let index = 0;
    while (index < parts().length) {
      const all = parts();
      const isLeftOut = await accept([...all.slice(0, index), ...all.slice(index + size)]);
      if (!isLeftOut) index += size;
    }
  }
}

const sizeOf = ({ journeys, upheavals }: Plan) =>
  upheavals.length +
  journeys.reduce(
    (sum, { faults, temperaments, acts }) =>
      sum + 1 + faults.length + temperaments.length + acts.length,
    0,
  );

const told = (plan: Plan) =>
  `${plan.journeys.length} journeys, ${plan.upheavals.length} upheavals, ${sizeOf(plan)} parts in all`;
