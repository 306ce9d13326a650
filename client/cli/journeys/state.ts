import type { Attention } from '../../../contract/needs-attention.js';
import { UnknownJourneyError } from '../../errors.js';
import { describedRun } from '../../temporal/listing.js';
import type { Desk } from '../mechanisms/desk.js';
import { askingIn } from './asking.js';
import { type JourneyName, workflowIdOf, written } from './name.js';

/** What all journeys' status queries have in common. */
export interface StatusView {
  readonly status: string;
  readonly attention?: Attention;
}

/** How long a worker may take to answer a question about a journey. */
const ANSWER_WITHIN_MS = 10_000;

/** Temporal's own record of a journey. @throws UnknownJourneyError */
export async function recordOf(desk: Desk, name: JourneyName) {
  try {
    const record = await describedRun(desk.client, workflowIdOf(name));
    return {
      run: record.run,
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
 * What a worker says of a journey.
 *
 * @param name - with its workflow ID where that does not follow from its name.
 * @throws UnknownJourneyError, NoWorkerError
 */
export async function stateOf<View extends StatusView>(
  desk: Desk,
  name: JourneyName & { readonly workflowId?: string },
): Promise<View> {
  const { workflowId = workflowIdOf(name) } = name;
  return asked(desk, name, () => desk.journeys.query<View>(workflowId, 'status'));
}

/** The Markdown that a journey keeps for people: where the money is, and how it came there. */
export async function detailsOf(desk: Desk, name: JourneyName): Promise<string> {
  const { currentDetails } = await asked(desk, name, () =>
    desk.journeys.query<{ currentDetails?: string }>(
      workflowIdOf(name),
      '__temporal_workflow_metadata',
    ),
  );
  return currentDetails ?? '';
}

/** It ended from outside before any worker had begun it: there is nobody to ask, and it has sent nothing. */
export const hasNotBegun = (error: unknown): boolean => error instanceof NotBegunError;

class NotBegunError extends Error {
  override readonly name = 'NotBegunError';
}

/** Nobody can say where the journey stands, though Temporal has it. */
class NoWorkerError extends Error {
  override readonly name = 'NoWorkerError';
}

const DEADLINE_EXCEEDED = 4;
const FAILED_PRECONDITION = 9;
const NOT_BEGUN = /closed before WorkflowTaskStarted/;

async function asked<T>({ client }: Desk, name: JourneyName, ask: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask);
  } catch (error) {
    const { code, details } = ((error as Error).cause ?? {}) as { code?: number; details?: string };
    if (code === DEADLINE_EXCEEDED)
      throw new NoWorkerError(
        `no worker answers for ${written(name)} within ${ANSWER_WITHIN_MS / 1_000} s: are the workers up? find goes without them`,
      );
    if (code === FAILED_PRECONDITION && NOT_BEGUN.test(details ?? ''))
      throw new NotBegunError(`${written(name)} ended before any worker had begun it`);
    if (code === FAILED_PRECONDITION)
      throw new NoWorkerError(`the workers cannot answer for ${written(name)}: ${details}`);
    throw error;
  }
}
