/**
 * What is said of refused requests: which check, how far the clocks are apart, which path was signed. Sampled, so that
 * nobody outside can fill the log; the metric counts all.
 *
 * @module
 */
import type { SafeLogger } from '../../logger.js';
import type { Check, ServiceCode } from './refusal.js';

/** Lines a minute of one kind. */
const MOST_LINES = 5;
const MINUTE_MS = 60_000;
/** An outsider's text is cut before anything looks at it. */
const MOST_TEXT = 200;

export interface RefusalFacts {
  readonly check: Check;
  /** Which of DOKU's two requests. */
  readonly serviceCode?: ServiceCode;
  readonly detail: string;
  readonly method?: string;
  /** Path and query as they arrived; the query is not shown. */
  readonly target?: string;
  readonly signedPath?: string;
  /** Seconds that the sender's clock is ahead. */
  readonly skewSeconds?: number | undefined;
  /** Address of the sender. */
  readonly remote?: string | undefined;
}

export interface RefusalsOptions {
  readonly logger: SafeLogger;
  /** Told of each. */
  readonly count: (check: Check) => void;
}

export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #kinds = new Map<string, { since: number; lines: number; suppressed: number }>();

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  tell({ check, serviceCode, target, signedPath, ...facts }: RefusalFacts): void {
    const { logger, count } = this.#options;
    count(check);
    const suppressed = this.#suppressedBefore(`${check} ${serviceCode ?? ''}`);
    if (suppressed === undefined) return;
    logger.warn(
      {
        check,
        ...facts,
        ...(target !== undefined && { path: pathIn(target) }),
        ...(signedPath !== undefined && { signedPath: pathIn(signedPath) }),
        ...(suppressed > 0 && { suppressed }),
      },
      'a notification was refused',
    );
  }

  /** @returns how many of its kind were not told since the last line; nothing where this one is not told either. */
  #suppressedBefore(kind: string): number | undefined {
    const now = performance.now();
    const known = this.#kinds.get(kind);
    if (known && now - known.since < MINUTE_MS) {
      known.lines += 1;
      if (known.lines <= MOST_LINES) return 0;
      known.suppressed += 1;
      return undefined;
    }
    this.#kinds.set(kind, { since: now, lines: 1, suppressed: 0 });
    return known?.suppressed ?? 0;
  }
}

const pathIn = (target: string) => target.slice(0, MOST_TEXT).replace(/\?.*/s, '');
