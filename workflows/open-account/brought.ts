import { patched } from '@temporalio/workflow';

/** What became of something that a browser brought. */
export interface Judgement {
  readonly isRefused: boolean;
}

/** Something that a browser brought. */
interface Hint {
  readonly what: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  isRefused: boolean;
}

/** Past it nobody waits in good faith. */
const MOST_WAITING = 10;

/** What browsers brought back: judged one after the other, so that each who brought one hears what became of that. */
export class Brought {
  readonly #waiting: Hint[] = [];
  #judged: Hint | undefined;
  #refused = 0;

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** How many came to nothing. */
  get refused(): number {
    return this.#refused;
  }

  /** @returns what becomes of it; nothing where too many wait to be judged. */
  bring(what: string): Judgement | undefined {
    const hint: Hint = { what, at: Date.now(), isRefused: false };
    const isAlone = this.#judged === undefined && !this.isWaiting;
    // Of journeys that began before this patch the last one took the place of what waited.
    if (isAlone || !eachByItself()) {
      this.#waiting.splice(0, this.#waiting.length, hint);
      return hint;
    }
    const same = [this.#judged, ...this.#waiting].find((other) => other?.what === what);
    if (same) return same;
    if (this.#waiting.length >= MOST_WAITING) return undefined;
    this.#waiting.push(hint);
    return hint;
  }

  /** @returns what is to be judged next. */
  take(): Pick<Hint, 'what' | 'at'> | undefined {
    this.#judged = this.#waiting.shift();
    return this.#judged;
  }

  /** What was taken last came to nothing. */
  refuse(): void {
    this.#refused += 1;
    if (this.#judged) this.#judged.isRefused = true;
    this.#judged = undefined;
  }
}

/** Journeys that began before this patch answered whoever had brought something by whatever was judged next. */
export const eachByItself = () => patched('each-hint-by-itself');
