import { setTimeout } from 'node:timers/promises';
import { type Cast, insist, type Part, told } from '../cast.js';
import { showOf } from '../command-line.js';
import type { ActName, PlannedAct } from '../plan/plan.js';
import { forget, isKnown, reset, stop } from './temporal.js';

type Doing = (cast: Cast, part: Part, planned: PlannedAct) => Promise<unknown>;

const POLL_MS = 60;
const ANSWERED_WITHIN_MS = 5_000;
/** Whoever does it turns to something else then. */
const PATIENCE_MS = 30_000;

const times = (count: number, work: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, work));

/** Each as the one who does it would: what it is answered is noted, and changes nothing for them. */
const DOINGS: Readonly<Record<ActName, Doing>> = {
  'repeat-start': (_cast, part, planned) => times(planned.times, part.start),
  'start-after-end': (_cast, part, planned) => times(planned.times, part.start),
  'start-changed': async (cast, part) => {
    const { diary } = cast;
    // Before the right one there would be nothing that it contradicts.
    if (!part.startChanged || !(await isKnown(cast, part.subject.workflowId))) return;
    const isTaken = await part.startChanged().then(
      () => true,
      (error: Error) => {
        diary.note(`other input under the same number: ${error.name}`);
        return false;
      },
    );
    if (isTaken) diary.problems.push('2: other input under the same number was taken');
  },
  poll: async (_cast, part, planned) => {
    for (let time = 0; time < planned.times; time++) {
      await part.status().catch(() => {});
      await setTimeout(POLL_MS);
    }
  },
  'say-again': (_cast, part, planned) => times(planned.times, async () => part.sayAgain?.()),
  notify: (_cast, part, planned) => times(planned.times, async () => part.purchase?.notify()),
  'reload-return': async (_cast, part, planned) => {
    for (let time = 0; time < planned.times; time++) await part.purchase?.reload();
  },
  'pay-again': async (_cast, part) => part.purchase?.pay(),
  cancel: async (_cast, part) => part.purchase?.cancel(),
  'refund-open': async (_cast, part) => part.purchase?.refund(),
  'temporal-cancel': (cast, part) => stop(cast, part.subject.workflowId, 'cancel'),
  terminate: (cast, part) => stop(cast, part.subject.workflowId, 'terminate'),
  'terminate-child': async (cast, part) => {
    const child = part.childIds?.()[0];
    if (child !== undefined) await stop(cast, child, 'terminate');
  },
  'reset-first': (cast, part) => reset(cast, part.subject.workflowId, 'first'),
  'reset-last': (cast, part) => reset(cast, part.subject.workflowId, 'last'),
  forget: async (cast, part) => {
    if (!(await forget(cast, part.subject.workflowId))) return;
    // One that parks answers nobody before an operator has.
    const started = told(cast.diary, 'the backend starts it again', () => insist(cast, part.start));
    await Promise.race([started, setTimeout(ANSWERED_WITHIN_MS)]);
  },
  show: (_cast, part, planned) => times(planned.times, () => showOf(part.subject.shownAs)),
};

/** Does what the plan says once its time has come. */
export async function act(cast: Cast, part: Part, planned: PlannedAct): Promise<void> {
  await setTimeout(planned.afterMs);
  cast.diary.done.add(planned.act);
  const done = told(cast.diary, `act ${planned.act} ×${planned.times}`, () =>
    DOINGS[planned.act](cast, part, planned),
  );
  await Promise.race([done, setTimeout(PATIENCE_MS)]);
}
