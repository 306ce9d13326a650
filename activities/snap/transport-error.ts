import type { DoubtReason } from './outcome.js';

/**
 * No usable answer. Says whether the request may have reached DOKU, which decides between trying again and
 * asking. Its message names no header, no body and no value.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  constructor(
    readonly reason: DoubtReason | 'refused',
    message: string,
    /** `no`: certainly nothing was written to DOKU. */
    readonly sent: 'no' | 'maybe',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
