import type { Phase } from './phase.js';

/** Certainly nothing reached DOKU (name not found, connection refused): sending again is safe. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
  /** How far it came, where it was the connection that failed. */
  readonly phase: Phase | undefined;
  /** Node's code, such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** The `X-EXTERNAL-ID` that it was to carry. */
  readonly externalId: string | undefined;

  constructor(
    message: string,
    options?: ErrorOptions & {
      readonly phase?: Phase;
      readonly code?: string | undefined;
      readonly externalId?: string;
    },
  ) {
    super(message, options);
    this.phase = options?.phase;
    this.code = options?.code;
    this.externalId = options?.externalId;
  }
}
