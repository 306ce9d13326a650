import { TemporalFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  patched,
  proxyActivities,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenJourneyActivities, TurnHolder } from '../../activities/journeys/open.js';
import { refundTurnWorkflowId } from '../../contract/identity.js';
import { turnLeftSignal } from '../../contract/refund.js';
import { WAIT } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { onSignal, signalOf } from '../mechanisms/messages.js';
import type { Story } from '../mechanisms/story.js';

const { awaitJourneyClosed, awaitTurn } =
  proxyActivities<Pick<OpenJourneyActivities, 'awaitJourneyClosed' | 'awaitTurn'>>(WAIT);

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Holds a turn until the refund that took it has closed, however it closed: Temporal then terminates its children, but for those
 * that a run has from the one that it was reset from.
 */
export async function refundTurn(): Promise<void> {
  let isLeft = false;
  onSignal(turnLeftSignal, (left) => {
    isLeft ||= left?.refund === workflowInfo().parent?.workflowId;
  });
  await condition(() => isLeft);
}

/** Before a refund that was reset ends. Where somebody else has the turn by now, they keep it. */
export async function leaveRefundTurn(partnerReferenceNo: string): Promise<void> {
  const turn = getExternalWorkflowHandle(refundTurnWorkflowId(partnerReferenceNo));
  try {
    await turn.signal(signalOf(turnLeftSignal), { refund: workflowInfo().workflowId });
  } catch (error) {
    // Nobody has it.
    if (!(error instanceof TemporalFailure)) throw error;
  }
}

/** A refund that waits for its turn. */
export interface Waiting {
  readonly partnerReferenceNo: string;
  readonly story: Story;
  readonly isStopped: () => boolean;
  /** Told who comes first, whenever that changes. */
  readonly onHolder: (holder: TurnHolder | undefined) => void;
}

/**
 * Waits until no other refund of the same purchase is on its way. A cancel has no number of its own, so two refunds
 * at once could each take the other's cancel for theirs. Temporal runs one workflow of an ID at a time: that is the lock.
 *
 * @returns whether the turn was had: not so once the wait is stopped.
 */
export async function takeRefundTurn(waiting: Waiting): Promise<boolean> {
  const { partnerReferenceNo, story, isStopped } = waiting;
  const workflowId = refundTurnWorkflowId(partnerReferenceNo);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    if (isStopped()) return false;
    try {
      await startChild(refundTurn, {
        workflowId,
        parentClosePolicy: ParentClosePolicy.TERMINATE,
        staticSummary: `Refunds of ${partnerReferenceNo}, one at a time`,
      });
      return !isStopped();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    if (patched('refund-turn-names-holder')) {
      await untilFree(workflowId, waiting);
      continue;
    }
    story.tell('another refund of this purchase comes first');
    // Journeys that began before this patch asked again every few minutes, which days of waiting make a long history.
    if (patched('refund-turn-awaited'))
      await interruptible(
        () => awaitJourneyClosed.executeWithOptions({ summary: workflowId }, [{ workflowId }]),
        isStopped,
      );
    else await sleep(pause, { summary: 'before the turn is asked for again' });
  }
}

/** Waits until nobody has the turn, or the wait is stopped, and tells meanwhile who has it. */
async function untilFree(workflowId: string, { story, isStopped, onHolder }: Waiting) {
  for (let known: TurnHolder | undefined; ; ) {
    const waited = await interruptible(
      () =>
        awaitTurn.executeWithOptions({ summary: workflowId }, [
          { workflowId, ...(known && { known }) },
        ]),
      isStopped,
    );
    known = waited.kind === 'done' ? (waited.value ?? undefined) : undefined;
    onHolder(known);
    if (known === undefined) return;
    story.tell(
      `${known.workflowId ?? 'another refund'} of this purchase comes first${known.needsAttention ? ', and needs attention' : ''}`,
    );
  }
}
