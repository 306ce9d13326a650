/** Temporal takes ten updates in flight of one journey. */
const MOST_AT_ONCE = 4;

/** Those who ask for one journey. */
interface Queue {
  /** How many may go at once: one, until that one has its answer or its error. */
  most: number;
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Turns of calls that begin the same journey. The first goes alone: what meets a run that is just being made Temporal lets go,
 * time and again where many do. The others follow a few at a time.
 */
export class Turns {
  readonly #queues = new Map<string, Queue>();

  /** @param signal - ends the wait for a turn: nobody waits for the answer any more. */
  async take<Answer>(
    workflowId: string,
    signal: AbortSignal,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const queue = this.#queues.get(workflowId) ?? { most: 1, underWay: 0, waiting: [] };
    this.#queues.set(workflowId, queue);
    if (queue.underWay < queue.most) queue.underWay += 1;
    else await turnIn(queue, signal);
    try {
      return await work();
    } finally {
      queue.underWay -= 1;
      queue.most = MOST_AT_ONCE;
      this.#callNext(workflowId, queue);
    }
  }

  #callNext(workflowId: string, queue: Queue): void {
    const called = queue.waiting.splice(0, queue.most - queue.underWay);
    queue.underWay += called.length;
    for (const next of called) next();
    if (queue.underWay === 0) this.#queues.delete(workflowId);
  }
}

function turnIn({ waiting }: Queue, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const called = () => {
      signal.removeEventListener('abort', gone);
      resolve();
    };
    const gone = () => {
      const place = waiting.indexOf(called);
      if (place >= 0) waiting.splice(place, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', gone, { once: true });
    waiting.push(called);
  });
}
