import type { Client } from '@temporalio/client';
import { grpcCodeOf } from '../problems/translation.js';

/** gRPC's numbers. */
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
/** Beyond it a history comes in several pages, each of which counts as a step. */
const MOST_EVENTS = 1_000;

/**
 * What happens to a journey, by its history: Temporal itself holds the question until there is something new, which costs
 * no action, no event and no worker's time.
 */
export class JourneyHistory {
  readonly #client: Client;
  readonly #workflowId: string;
  #place: Uint8Array | undefined;

  constructor(client: Client, workflowId: string) {
    this.#client = client;
    this.#workflowId = workflowId;
  }

  /**
   * Waits until the journey may stand elsewhere than it did at the call before; the first call answers at once.
   *
   * @returns `closed` when its run is over; `late` when nothing came before the deadline, or whoever waits is gone.
   */
  async step(deadlineMs: number, signal: AbortSignal): Promise<'stepped' | 'closed' | 'late'> {
    try {
      while (Date.now() < deadlineMs && !signal.aborted) {
        const isFirst = this.#place === undefined;
        const seen = await this.#client.withDeadline(deadlineMs, () =>
          this.#client.withAbortSignal(signal, () => this.#page()),
        );
        if (seen !== 'nothing' || isFirst) return seen === 'nothing' ? 'stepped' : seen;
      }
    } catch (error) {
      const code = grpcCodeOf(error);
      if (code !== DEADLINE_EXCEEDED && code !== CANCELLED) throw error;
    }
    return 'late';
  }

  /** Until something happens after the events that were read before, or Temporal lets go of the question. */
  async #page(): Promise<'nothing' | 'stepped' | 'closed'> {
    const { history, nextPageToken } =
      await this.#client.workflowService.getWorkflowExecutionHistory({
        namespace: this.#client.options.namespace,
        execution: { workflowId: this.#workflowId },
        waitNewEvent: true,
        maximumPageSize: MOST_EVENTS,
        ...(this.#place && { nextPageToken: this.#place }),
      });
    const events = history?.events ?? [];
    // Only a run that is over has no place after its last event.
    this.#place = nextPageToken?.length ? nextPageToken : undefined;
    const goesOn = events.some(
      ({ workflowExecutionContinuedAsNewEventAttributes: next }) => next != null,
    );
    if (goesOn) this.#place = undefined;
    else if (this.#place === undefined) return 'closed';
    const isStep = events.some(({ workflowTaskCompletedEventAttributes: task }) => task != null);
    return isStep || goesOn ? 'stepped' : 'nothing';
  }
}
