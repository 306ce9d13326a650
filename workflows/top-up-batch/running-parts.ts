import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowFailure,
  type ExternalWorkflowHandle,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  type SignalDefinition,
  startChild,
} from '@temporalio/workflow';
import type { OpenJourneyActivities } from '../../activities/journeys/open.js';
import { topUpBatchPartWorkflowId } from '../../contract/identity.js';
import type {
  TopUpBatchCounts,
  TopUpBatchPartInput,
  TopUpBatchPartResult,
} from '../../contract/top-up-batch.js';
import { WAIT } from '../mechanisms/call-options.js';
import { believed } from '../mechanisms/refused-payload.js';
import { NONE } from './counts.js';
import { topUpBatchPart } from './part.js';

const { awaitJourney } = proxyActivities<Pick<OpenJourneyActivities, 'awaitJourney'>>(WAIT);

/** A part that runs. */
export interface StartedPart {
  /** What its rows came to, whatever becomes of the part. Never rejects. */
  readonly ended: Promise<TopUpBatchCounts>;
  /** An earlier run of the batch has started it, and told it what this one may not know of. */
  readonly isFound: boolean;
}

interface Begun extends Pick<StartedPart, 'isFound'> {
  readonly ended: () => Promise<TopUpBatchCounts>;
}

/** The parts of a batch that run. */
export class RunningParts {
  readonly #batchReference: string;
  readonly #partCount: number;
  readonly #open = new Set<number>();

  constructor(batchReference: string, partCount: number) {
    this.#batchReference = batchReference;
    this.#partCount = partCount;
  }

  /** Starts a part, or finds the one that an earlier run of the batch has started. */
  async start(input: TopUpBatchPartInput): Promise<StartedPart> {
    this.#open.add(input.index);
    const { ended, isFound } = await this.#begin(input);
    return {
      isFound,
      ended: ended().finally(() => {
        this.#open.delete(input.index);
      }),
    };
  }

  /**
   * Stops a part that an earlier run of the batch may have started.
   *
   * @param rows - how many it has.
   * @param input - where its rows have come in: then they are asked about, should it have been ended from outside.
   * @returns what they came to; nothing where Temporal knows of no such part.
   */
  async stopped(
    index: number,
    rows: number,
    input?: TopUpBatchPartInput,
  ): Promise<TopUpBatchCounts | undefined> {
    const workflowId = topUpBatchPartWorkflowId(this.#batchReference, index);
    await this.#tell((part) => part.cancel(), [index]);
    const end = await awaitJourney.executeWithOptions({ summary: workflowId }, [{ workflowId }]);
    if (end.ended === 'result') return countsIn(end.result as TopUpBatchPartResult);
    if (end.ended === 'unknown') return undefined;
    return input ? this.#broken(input) : { ...NONE, inDoubt: rows };
  }

  /** Has those that run send no more. @param indices - without them all. */
  async cancel(indices?: Iterable<number>): Promise<void> {
    await this.#tell((part) => part.cancel(), indices);
  }

  /** @param indices - without them all that run are told. */
  async signal<Args extends unknown[]>(
    signal: SignalDefinition<Args>,
    args: Args,
    indices?: Iterable<number>,
  ): Promise<void> {
    await this.#tell((part) => part.signal(signal, ...args), indices);
  }

  async #tell(
    message: (part: ExternalWorkflowHandle) => Promise<void>,
    indices: Iterable<number> = this.#open,
  ): Promise<void> {
    await Promise.all(
      // One that has just ended needs no telling.
      [...indices].map((index) => message(this.#handle(index)).catch(() => {})),
    );
  }

  #handle(index: number) {
    return getExternalWorkflowHandle(topUpBatchPartWorkflowId(this.#batchReference, index));
  }

  /** @returns how to wait for its end, once it has started. */
  async #begin(input: TopUpBatchPartInput): Promise<Begun> {
    try {
      const part = await this.#startChild(input);
      return {
        ended: () => part.result().then(countsIn, (error) => this.#brokenBy(error, input)),
        isFound: false,
      };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return { ended: () => this.#found(input), isFound: true };
    }
  }

  #startChild(input: TopUpBatchPartInput) {
    const { index } = input;
    return startChild(topUpBatchPart, {
      workflowId: topUpBatchPartWorkflowId(this.#batchReference, index),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      args: [input],
      staticSummary: `Part ${index + 1} of ${this.#partCount} of batch ${this.#batchReference}`,
    });
  }

  async #found(input: TopUpBatchPartInput): Promise<TopUpBatchCounts> {
    const workflowId = topUpBatchPartWorkflowId(this.#batchReference, input.index);
    const end = await awaitJourney.executeWithOptions({ summary: workflowId }, [{ workflowId }]);
    return end.ended === 'result'
      ? countsIn(end.result as TopUpBatchPartResult)
      : this.#broken(input);
  }

  #brokenBy(error: unknown, input: TopUpBatchPartInput): Promise<TopUpBatchCounts> {
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    return this.#broken(input);
  }

  /** It was ended from outside: another one finds out what became of its rows, and sends none. */
  async #broken(input: TopUpBatchPartInput): Promise<TopUpBatchCounts> {
    if (input.isStopped) return { ...NONE, inDoubt: input.rows.length };
    const { ended } = await this.start({ ...input, isStopped: true });
    return ended;
  }
}

const countsIn = (result: TopUpBatchPartResult) => believed(result).counts;
