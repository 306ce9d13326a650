import type {
  ActivityInput,
  Next,
  StartChildWorkflowExecutionInput,
  WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import type { EndedRun } from '../../activities/journeys/ended-run.js';

/** For what is not to happen any more. */
const never = () => new Promise<never>(() => undefined);

/**
 * Holds back what a workflow would do until it is known whether its number has ended before. It is set up meanwhile, so that it
 * answers whoever asks.
 */
export class Gate implements WorkflowOutboundCallsInterceptor {
  #ended: Promise<EndedRun | undefined> | undefined;

  /** @returns how the number ended before, or what the work comes to. */
  closedUntil(ended: Promise<EndedRun | undefined>, work: () => Promise<unknown>) {
    this.#ended = ended;
    const before = ended.then((run) => (run === undefined ? never() : run.result));
    return Promise.race([before, work()]);
  }

  async scheduleActivity(
    input: ActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
  ): Promise<unknown> {
    if (this.#ended) await this.#open();
    return next(input);
  }

  async startChildWorkflowExecution(
    input: StartChildWorkflowExecutionInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'startChildWorkflowExecution'>,
  ): Promise<[Promise<string>, Promise<unknown>]> {
    if (this.#ended) await this.#open();
    return next(input);
  }

  async #open(): Promise<void> {
    if ((await this.#ended) !== undefined) await never();
    this.#ended = undefined;
  }
}
