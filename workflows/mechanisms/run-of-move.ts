import { workflowInfo } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { Doubt, Move } from '../../activities/calling/move.js';
import type { OfRun } from '../../activities/calling/runs.js';
import { comesAfterBrokenOff } from './after-broken-off.js';

/** No run's ID. */
const UNKNOWN = 'unknown';

/**
 * Tells the activity of one movement which run asks: one that is not the journey's first sends nothing before DOKU was asked
 * what the earlier ones sent.
 */
export class RunOfMove {
  readonly #isEarlierUnknown: () => boolean;
  #provenRunId: string | undefined;

  /** @param isEarlierUnknown - whether the journey has had earlier lives, of which its first run tells nothing. */
  constructor(isEarlierUnknown = () => false) {
    this.#isEarlierUnknown = isEarlierUnknown;
  }

  /** Goes with every request of this movement. */
  get argument(): OfRun {
    return {
      firstRunId: this.#isEarlierUnknown() ? UNKNOWN : workflowInfo().originalExecutionRunId,
      ...(this.#provenRunId && { provenRunId: this.#provenRunId }),
    };
  }

  /** DOKU was asked what other runs have sent, after the time that takes. */
  get isProven(): boolean {
    return this.#provenRunId !== undefined;
  }

  /** Whoever sends again after this answer has asked DOKU. */
  noted<Answer extends Move<unknown>>(answer: Answer): Answer {
    if (answer.kind === 'doubtful' && answer.runId) this.#provenRunId = answer.runId;
    return answer;
  }
}

/** What an earlier run may have sent until now, or another life of the journey, or whoever else has its number. */
export const sentByAnother = () => ({
  lastSentAt: new Date().toISOString(),
  mayBeUnderWay: true as const,
});

/** What was sent, if ever, so long ago that DOKU's books have had their time. */
export const LONG_AGO: Sent = { lastSentAt: new Date(0).toISOString() };

/** What a run that was broken off may have sent, as long as DOKU was not asked about it. */
export const sentByBrokenOff = async (run: RunOfMove): Promise<Sent | undefined> =>
  !run.isProven && (await comesAfterBrokenOff()) ? sentByAnother() : undefined;

const UNDER_WAY: readonly Doubt[] = ['earlier-run', 'worker-lost', 'in-progress'];

/**
 * Whether the request that it is about may be under way, for as long as a call takes: an earlier run's; that of an attempt which was
 * ended from outside, as nobody tells that from one whose worker was lost; or one that DOKU says it works on.
 */
export const underWay = (answer: Move<unknown>): Pick<Sent, 'mayBeUnderWay'> =>
  answer.kind === 'doubtful' && UNDER_WAY.includes(answer.doubt) ? { mayBeUnderWay: true } : {};

/** Nothing was sent: an earlier run may have, and DOKU is asked first. */
export const isOfEarlierRun = (answer: Move<unknown>) =>
  answer.kind === 'doubtful' && answer.doubt === 'earlier-run';
