import { workflowInfo } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { OfRun } from '../../activities/calling/runs.js';

/**
 * Tells the activity of one movement which run asks: one that is not the journey's first sends nothing before DOKU was asked
 * what the earlier ones sent.
 */
export class RunOfMove {
  #provenRunId: string | undefined;

  /** Goes with every request of this movement. */
  get argument(): OfRun {
    return {
      firstRunId: workflowInfo().originalExecutionRunId,
      ...(this.#provenRunId && { provenRunId: this.#provenRunId }),
    };
  }

  /** Whoever sends again after this answer has asked DOKU. */
  noted<Answer extends Move<unknown>>(answer: Answer): Answer {
    if (answer.kind === 'doubtful' && answer.runId) this.#provenRunId = answer.runId;
    return answer;
  }
}
