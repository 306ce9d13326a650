import type { Attention } from '../../../contract/needs-attention.js';
import {
  DeadlineExceededError,
  JourneyBrokenError,
  NoWorkerError,
  UnknownJourneyError,
} from '../../errors.js';
import { countingRun } from '../../temporal/counting-run.js';
import type { CallOptions } from '../../temporal/in-time.js';
import { describedRun } from '../../temporal/listing.js';
import type { Desk } from '../mechanisms/desk.js';
import { askingIn } from './asking.js';
import { type JourneyName, workflowIdOf, written } from './name.js';
import { otherQueue } from './queue.js';

/** What all journeys' status queries have in common. */
export interface StatusView {
  readonly status: string;
  readonly attention?: Attention;
}

/** How long a worker may take to answer a question about a journey. */
const ANSWER_WITHIN_MS = 20_000;

/** Temporal's own record of a journey. @throws UnknownJourneyError */
export async function recordOf(desk: Desk, name: JourneyName) {
  try {
    const workflowId = workflowIdOf(name);
    const counting = await countingRun(desk.client, workflowId);
    const record = await describedRun(desk.client, workflowId, counting);
    return {
      run: record.run,
      taskQueue: record.taskQueue,
      otherQueue: await otherQueue(desk, record),
      startedAt: record.startedAt.toISOString(),
      endedAt: record.endedAt?.toISOString(),
      status: record.status,
      customerId: record.customerId || undefined,
      partnerReferenceNo: record.partnerReferenceNo || undefined,
      asking: await askingIn(desk, record.pendingActivities),
    };
  } catch (error) {
    if (!(error instanceof UnknownJourneyError)) throw error;
    throw new UnknownJourneyError(`no ${written(name)} is known`);
  }
}

/**
 * What a worker says of a journey that goes on, or has come to its own end.
 *
 * @param name - with its workflow ID where that does not follow from its name.
 * @throws UnknownJourneyError, NoWorkerError; JourneyBrokenError of one that was ended from outside.
 */
export async function stateOf<View extends StatusView>(
  desk: Desk,
  name: JourneyName & { readonly workflowId?: string },
): Promise<View> {
  const { workflowId = workflowIdOf(name) } = name;
  return asked(name, (options) => desk.journeys.query<View>(workflowId, 'status', options));
}

/** What a worker says of a journey that was ended from outside: where it stood last. @throws NotBegunError */
export async function lastStateOf(desk: Desk, name: JourneyName): Promise<StatusView> {
  return asBegun(name, () =>
    asked(name, (options) =>
      desk.journeys.saidLast<StatusView>(workflowIdOf(name), 'status', options),
    ),
  );
}

/** The Markdown that a journey keeps for people: where the money is, and how it came there. @throws NotBegunError */
export async function detailsOf(desk: Desk, name: JourneyName): Promise<string> {
  const { currentDetails } = await asBegun(name, () =>
    asked(name, (options) =>
      desk.journeys.saidLast<{ currentDetails?: string }>(
        workflowIdOf(name),
        '__temporal_workflow_metadata',
        options,
      ),
    ),
  );
  return currentDetails ?? '';
}

/** It ended from outside before any worker had begun it: there is nobody to ask, and it has sent nothing. */
export const hasNotBegun = (error: unknown): boolean => error instanceof NotBegunError;

class NotBegunError extends Error {
  override readonly name = 'NotBegunError';
}

async function asked<T>(name: JourneyName, ask: (options: CallOptions) => Promise<T>): Promise<T> {
  try {
    return await ask({ deadline: Date.now() + ANSWER_WITHIN_MS });
  } catch (error) {
    const found = () => `${(error as Error).message} (${written(name)}; find goes without workers)`;
    if (error instanceof NoWorkerError) throw new NoWorkerError(found());
    if (error instanceof DeadlineExceededError) throw new DeadlineExceededError(found());
    throw error;
  }
}

/** Of one that a worker has begun there is an answer, however it ended. */
async function asBegun<T>(name: JourneyName, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof JourneyBrokenError)) throw error;
    throw new NotBegunError(`${written(name)} ended before any worker had begun it`);
  }
}
