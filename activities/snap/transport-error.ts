import type { DoubtReason } from './outcome.js';
import { isUnwritten, type Phase } from './phase.js';

/**
 * No usable answer. Says how far the request came, and so whether it may have reached DOKU, which decides between
 * trying again and asking. Its message names no header, no body and no value.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  constructor(
    readonly reason: DoubtReason | 'refused',
    message: string,
    readonly phase: Phase,
    options?: ErrorOptions & {
      /** Node's, such as `ECONNREFUSED`. */
      readonly code?: string;
    },
  ) {
    super(message, options);
    this.code = options?.code;
  }

  readonly code: string | undefined;

  /** `no`: certainly nothing was written to DOKU. */
  get sent(): 'no' | 'maybe' {
    return isUnwritten(this.phase) ? 'no' : 'maybe';
  }
}
