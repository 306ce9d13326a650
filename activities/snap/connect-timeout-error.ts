/** A connection that was not up within its own limit. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(limitMs: number) {
    super(`no connection within ${limitMs} ms`);
  }
}
