import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  CancellationScope,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
} from '@temporalio/workflow';
import type { OpenJourneyActivities } from '../../activities/journeys/open.js';
import type { TopUpActivities, TopUpAtOnce } from '../../activities/top-up.js';
import { topUpBatchWorkflowId, topUpWorkflowId } from '../../contract/identity.js';
import type { TopUpResult } from '../../contract/top-up.js';
import {
  batchFundedSignal,
  partPausedSignal,
  partProgressSignal,
  type TopUpBatchCounts,
  type TopUpBatchPartInput,
  type TopUpBatchPartResult,
  type TopUpRow,
  type TopUpRowResult,
} from '../../contract/top-up-batch.js';
import { MOVE, WAIT } from '../mechanisms/call-options.js';
import { FundsWait } from '../mechanisms/funds-wait.js';
import { onSignal, signalOf } from '../mechanisms/messages.js';
import { topUp } from '../top-up/journey.js';

const { topUpAtOnce } = proxyActivities<Pick<TopUpActivities, 'topUpAtOnce'>>({
  ...MOVE,
  // Three calls of DOKU's in a row.
  startToCloseTimeout: '45 seconds',
});
const { awaitJourney } = proxyActivities<Pick<OpenJourneyActivities, 'awaitJourney'>>(WAIT);

/** The batch hears of a part's progress each time so many rows have ended. */
const TELL_EVERY = 50;

/** Two hours in all; after them a row that DOKU could not be reached for becomes a journey of its own. */
const OUTAGE_PAUSES_MS = [1, 5, 30, 120, 600, 600, 1_200, 1_200, 1_800, 1_800].map(
  (seconds) => seconds * 1_000,
);

/** One part of a top-up batch: its rows, so many at a time. Contract: `contract/top-up-batch.ts`. */
export async function topUpBatchPart(input: TopUpBatchPartInput): Promise<TopUpBatchPartResult> {
  return new Part(input).run();
}

class Part {
  readonly #input: TopUpBatchPartInput;
  readonly #results = new Map<string, TopUpRowResult>();
  readonly #funds: FundsWait;
  #underWay = 0;
  #isPaused: boolean;
  #isStopped = false;

  constructor(input: TopUpBatchPartInput) {
    this.#input = input;
    this.#isPaused = input.isPaused;
    this.#funds = new FundsWait(input.waitForFunds);
    onSignal(partPausedSignal, (isPaused) => {
      this.#isPaused = isPaused;
    });
    onSignal(batchFundedSignal, () => this.#funds.funded());
  }

  async run(): Promise<TopUpBatchPartResult> {
    CancellationScope.current().cancelRequested.catch(() => {
      this.#isStopped = true;
    });
    return CancellationScope.nonCancellable(async () => {
      const ended: Promise<void>[] = [];
      for (const row of this.#input.rows) {
        await condition(() => this.#isStopped || this.#mayLaunch());
        ended.push(this.#isStopped ? this.#cancelled(row) : this.#settle(row));
      }
      await this.#tell(true);
      await Promise.all(ended);
      const results = this.#input.rows.map(
        (row) => this.#results.get(row.partnerReferenceNo) as TopUpRowResult,
      );
      return { counts: this.#counts(), results };
    });
  }

  #mayLaunch(): boolean {
    return !this.#isPaused && !this.#funds.isWaiting && this.#underWay < this.#input.inFlight;
  }

  async #cancelled(row: TopUpRow): Promise<void> {
    this.#results.set(row.partnerReferenceNo, { ...keyOf(row), outcome: 'cancelled' });
  }

  /** Takes one row to its end. Only what is on its way to DOKU counts as under way; waiting costs nothing. */
  async #settle(row: TopUpRow): Promise<void> {
    this.#underWay += 1;
    let answer = await this.#reached(row);
    while (
      answer.kind === 'refused' &&
      answer.refusal === 'insufficient-funds' &&
      (await this.#funds.await(row.amount.value, () => this.#isStopped))
    ) {
      answer = await this.#reached(row);
    }
    this.#underWay -= 1;
    this.#results.set(row.partnerReferenceNo, await this.#resultOf(row, answer));
    if (this.#results.size % TELL_EVERY === 0) await this.#tell(false);
  }

  /** While DOKU is out of reach, rows keep their place rather than become a journey each. */
  async #reached(row: TopUpRow): Promise<TopUpAtOnce> {
    let answer = await this.#atOnce(row);
    for (const pause of OUTAGE_PAUSES_MS) {
      if (answer.kind !== 'unclear' || answer.mayBeSent) return answer;
      await condition(() => this.#isStopped, pause);
      if (this.#isStopped) return answer;
      answer = await this.#atOnce(row);
    }
    return answer;
  }

  async #atOnce(row: TopUpRow): Promise<TopUpAtOnce> {
    try {
      return await topUpAtOnce.executeWithOptions({ summary: `Top Up ${row.partnerReferenceNo}` }, [
        row as TopUpRow & { notes: string },
      ]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return { kind: 'unclear', mayBeSent: true };
    }
  }

  async #resultOf(row: TopUpRow, answer: TopUpAtOnce): Promise<TopUpRowResult> {
    switch (answer.kind) {
      case 'completed': {
        const { referenceNo } = answer;
        return { ...keyOf(row), outcome: 'completed', ...(referenceNo && { referenceNo }) };
      }
      case 'refused': {
        const { refusal } = answer;
        const outcome = refusal === 'insufficient-funds' ? refusal : 'failed';
        return { ...keyOf(row), outcome, refusal };
      }
      case 'unclear':
        return resultOf(row, await this.#handOver(row, answer.mayBeSent));
      default:
        return answer satisfies never;
    }
  }

  /** What is not clear at once becomes a journey of its own, which asks before it sends. */
  async #handOver(row: TopUpRow, mayBeSent: boolean): Promise<TopUpResult> {
    const workflowId = topUpWorkflowId(row.partnerReferenceNo);
    const { waitForFunds } = this.#input;
    try {
      return await executeChild(topUp, {
        workflowId,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        parentClosePolicy: ParentClosePolicy.ABANDON,
        args: [
          { ...(row as TopUpRow & { notes: string }), ...(waitForFunds && { waitForFunds }) },
          { mayBeSent },
        ],
        staticSummary: `Top-up ${row.partnerReferenceNo} of batch ${this.#input.batchReference}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Somebody started it by itself: its end is this row's end.
      return (await awaitJourney.executeWithOptions({ summary: workflowId }, [
        { workflowId },
      ])) as TopUpResult;
    }
  }

  async #tell(isLaunched: boolean): Promise<void> {
    const { batchReference, index } = this.#input;
    try {
      await getExternalWorkflowHandle(topUpBatchWorkflowId(batchReference)).signal(
        signalOf(partProgressSignal),
        { index, counts: this.#counts(), isLaunched },
      );
    } catch {
      // A batch that was terminated hears no more; its rows end all the same.
    }
  }

  #counts(): TopUpBatchCounts {
    const count = (outcome: TopUpRowResult['outcome']) =>
      [...this.#results.values()].filter((result) => result.outcome === outcome).length;
    return {
      completed: count('completed'),
      failed: count('failed'),
      insufficientFunds: count('insufficient-funds'),
      cancelled: count('cancelled'),
    };
  }
}

const keyOf = ({ partnerReferenceNo, customerId, amount }: TopUpRow) => ({
  partnerReferenceNo,
  customerId,
  amount,
});

const resultOf = (row: TopUpRow, { outcome, referenceNo, refusal }: TopUpResult) => ({
  ...keyOf(row),
  outcome,
  ...(referenceNo && { referenceNo }),
  ...(refusal && { refusal }),
});
