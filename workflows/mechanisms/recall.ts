import { condition } from '@temporalio/workflow';
import type { QueryMessage, ResultOf } from '../../contract/message.js';
import { answerOfRunBefore, ownResets } from './earlier-run.js';

/** What an entity holds may be of long ago after a reset, or be nothing: it takes over what the run before held. */
export class Recall {
  readonly #resets = ownResets.get();
  #recalled = 0;

  /** It was reset, and does not know yet. */
  get isPending(): boolean {
    return this.#resets.count > this.#recalled;
  }

  /** At once where it knows; it waits until then otherwise. */
  onceKnown<Answer>(answer: () => Answer): Answer | Promise<Answer> {
    return this.isPending ? condition(() => !this.isPending).then(answer) : answer();
  }

  /** Asks at every reset, for as long as the entity runs. @param takeOver - nothing where nobody answers any more. */
  async atResets<Message extends QueryMessage>(
    message: Message,
    takeOver: (held: ResultOf<Message['result']> | undefined) => void,
  ): Promise<never> {
    for (;;) {
      await condition(() => this.isPending);
      const { count } = this.#resets;
      takeOver(await answerOfRunBefore(message));
      this.#recalled = count;
    }
  }
}
