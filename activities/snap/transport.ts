/**
 * The one place that talks HTTP to DOKU.
 *
 * @module
 */
import fetch, { FetchError } from 'node-fetch';
import { isLoopbackUrl } from '../../contract/loopback.js';
import { type Connections, createConnections } from './connections.js';
import { isUnwritten, type Phase } from './phase.js';
import type { SnapSettings } from './settings.js';
import { TransportError } from './transport-error.js';

export interface HttpRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is: these are the bytes that were signed. */
  readonly body: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** Seconds or a date, as in the header `Retry-After`. */
  readonly retryAfter: string | undefined;
  /** The header `Date`. */
  readonly date?: string | undefined;
}

export interface Transport {
  /** @throws TransportError when there is no whole answer. */
  post(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/**
 * A transport on keep-alive connections, with TLS verified and no redirect followed.
 *
 * @throws RangeError where Node was told to verify no certificate, and DOKU is not on this machine.
 */
export function createTransport(settings: SnapSettings): Transport {
  // Node takes any certificate at this value, and at no other.
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0' && !isLoopbackUrl(settings.baseUrl))
    throw new RangeError('NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for DOKU: unset it');
  const connections = createConnections(settings);
  return {
    post: (request) => post(settings, connections, request),
    close: () => connections.close(),
  };
}

async function post(
  settings: SnapSettings,
  connections: Connections,
  request: HttpRequest,
): Promise<HttpAnswer> {
  // It ends with the call: an `AbortSignal.timeout` would stay behind each for as long, and costs twice as much.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), settings.timeoutMs);
  const signal = request.signal ? AbortSignal.any([limit.signal, request.signal]) : limit.signal;
  const { passage, agent } = connections.forOne();
  try {
    const response = await fetch(`${settings.baseUrl}${request.path}`, {
      method: 'POST',
      headers: request.headers,
      body: request.body,
      agent,
      // The signal must also end the reading of the body, which it does.
      signal,
      redirect: 'manual',
      size: settings.maxAnswerBytes,
    });
    passage.answered();
    const text = await response.text();
    if (response.status >= 300 && response.status < 400)
      throw new TransportError(
        'redirected',
        `DOKU redirected (HTTP ${response.status})`,
        'reading',
      );
    return {
      status: response.status,
      text,
      retryAfter: response.headers.get('retry-after') ?? undefined,
      date: response.headers.get('date') ?? undefined,
    };
  } catch (error) {
    throw asTransportError(
      error,
      passage.phase,
      limit.signal.aborted ? `nothing within ${settings.timeoutMs} ms` : undefined,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** @param timedOut - why, where it was the time limit. */
function asTransportError(
  error: unknown,
  phase: Phase,
  timedOut: string | undefined,
): TransportError {
  if (error instanceof TransportError) return error;
  const code = timedOut === undefined ? codeOf(error) : 'ETIMEDOUT';
  const options = { cause: error, ...(code && { code }) };
  const why = `${phase}: ${timedOut ?? code ?? 'given up'}`;
  // Only what fails before a fresh connection is up proves anything, whatever the error is called.
  if (isUnwritten(phase)) {
    const reason = code === 'ETIMEDOUT' ? 'timed-out' : 'refused';
    return new TransportError(reason, `certainly not sent (${why})`, phase, options);
  }
  if (timedOut !== undefined)
    return new TransportError('timed-out', `no whole answer (${why})`, phase, options);
  if (error instanceof FetchError && error.type === 'max-size')
    return new TransportError(
      'answer-too-large',
      'the answer is larger than allowed',
      phase,
      options,
    );
  return new TransportError('connection-lost', `the connection was lost (${why})`, phase, options);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
