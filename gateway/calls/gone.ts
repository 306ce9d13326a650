import type { ServerResponse } from 'node:http';

export interface Gone {
  /** Aborted once whoever asked has gone away. */
  readonly signal: AbortSignal;
  /** Looks no longer. */
  end(): void;
}

/** By the response, which ends with its request: a connection has many, each of which would leave a listener on it. */
export function goneOf(response: ServerResponse): Gone {
  const gone = new AbortController();
  const abort = () => gone.abort();
  if (response.destroyed || response.socket?.destroyed) abort();
  else response.once('close', abort);
  return { signal: gone.signal, end: () => response.off('close', abort) };
}
