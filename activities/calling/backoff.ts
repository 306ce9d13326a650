/**
 * When DOKU asks for fewer requests or is down, the whole process holds back, not only the call that was told so.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { SnapClient } from '../snap/client.js';
import { NotSentError } from '../snap/not-sent-error.js';
import type { Outcome } from '../snap/outcome.js';

/** DOKU asked to wait, so nothing was sent. */
export class BackingOffError extends NotSentError {
  constructor(
    /** Until DOKU wants to hear from us again. */
    readonly retryAfterMs: number,
  ) {
    super('DOKU asked for fewer requests');
  }
}

/** A wait that a call may sit out; a longer one is for Temporal, so that it costs the worker nothing. */
const SAT_OUT_MS = 3_000;

/** A client that sends nothing while DOKU's last `Retry-After` runs. Each process learns it from one answer of its own. */
export function withBackoff(snap: SnapClient, now: () => Date): SnapClient {
  let notBefore = 0;
  const calls = Object.entries(snap).map(([name, method]) => {
    if (name === 'decryptAuthCode') return [name, method];
    const call = method as (...args: unknown[]) => Promise<Outcome<unknown>>;
    return [
      name,
      async (...args: unknown[]) => {
        const left = notBefore - now().getTime();
        if (left > SAT_OUT_MS) throw new BackingOffError(left);
        if (left > 0) await setTimeout(left);
        const outcome = await call(...args);
        const wait = 'retryAfterMs' in outcome ? outcome.retryAfterMs : undefined;
        if (wait !== undefined) notBefore = Math.max(notBefore, now().getTime() + wait);
        return outcome;
      },
    ];
  });
  return Object.fromEntries(calls) as SnapClient;
}
