import type { Agenda } from '../books/agenda.js';
import { duplicateReference, requestInProgress } from '../books/refusal.js';
import type { Of } from './schema.js';

export type RepeatPolicy = Of<'worksOn'>['repeat'];

/** What DOKU has carried out, and what it still works on although the one who asked has hung up, by request. */
export class Works {
  readonly #agenda: Agenda;
  /** How repeats are met, and how many of the same are worked on. */
  #open = new Map<string, { readonly repeat: RepeatPolicy; count: number }>();
  #answers = new Map<string, Record<string, unknown> | undefined>();

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** How many effects are still to come. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** @throws Refusal for a repeat of what is worked on, unless it is carried out. */
  meet(work: string): void {
    const repeat = this.#open.get(work)?.repeat;
    if (repeat === 'duplicate') throw duplicateReference();
    if (repeat === 'inProgress') throw requestInProgress();
  }

  /** Takes a request, whose effect comes so long after {@link start} of what is returned. */
  take(work: string, { delayMs, repeat }: Of<'worksOn'>, effect: () => void) {
    const open = this.#open.get(work) ?? { repeat, count: 0 };
    open.count += 1;
    this.#open.set(work, open);
    let isStarted = false;
    return () => {
      // After a reset nobody asked for it.
      if (isStarted || this.#open.get(work) !== open) return;
      isStarted = true;
      this.#agenda.in(delayMs, () => {
        open.count -= 1;
        if (open.count === 0) this.#open.delete(work);
        effect();
      });
    };
  }

  /** @param answer - none where DOKU took it and gave no result yet. */
  done(work: string, answer: Record<string, unknown> | undefined): void {
    if (!this.#answers.get(work)) this.#answers.set(work, answer);
  }

  isKnown(work: string): boolean {
    return this.#answers.has(work);
  }

  firstAnswer(work: string): Record<string, unknown> | undefined {
    return this.#answers.get(work);
  }

  reset(): void {
    this.#open.clear();
    this.#answers.clear();
  }
}
