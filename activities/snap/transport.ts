/**
 * The one place that talks HTTP to DOKU.
 *
 * @module
 */
import http from 'node:http';
import https from 'node:https';
import fetch, { FetchError } from 'node-fetch';
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
}

export interface Transport {
  /** @throws TransportError when there is no whole answer. */
  post(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** Errors of Node's that come before a connection is there: nothing can have been written. */
const BEFORE_CONNECTING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A transport on keep-alive connections, with TLS verified and no redirect followed. */
export function createTransport(settings: SnapSettings): Transport {
  const { protocol } = new URL(settings.baseUrl);
  const options = { keepAlive: true, maxSockets: settings.maxSockets, scheduling: 'lifo' } as const;
  const agent = protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  return {
    post: (request) => post(settings, agent, request),
    close: () => agent.destroy(),
  };
}

async function post(
  settings: SnapSettings,
  agent: http.Agent,
  request: HttpRequest,
): Promise<HttpAnswer> {
  // It ends with the call: an `AbortSignal.timeout` would stay behind each for as long, and costs twice as much.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), settings.timeoutMs);
  const signal = request.signal ? AbortSignal.any([limit.signal, request.signal]) : limit.signal;
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
    const text = await response.text();
    if (response.status >= 300 && response.status < 400) {
      throw new TransportError('redirected', `DOKU redirected (HTTP ${response.status})`, 'maybe');
    }
    return {
      status: response.status,
      text,
      retryAfter: response.headers.get('retry-after') ?? undefined,
    };
  } catch (error) {
    throw asTransportError(error, limit.signal.aborted, settings.timeoutMs);
  } finally {
    clearTimeout(timer);
  }
}

function asTransportError(error: unknown, timedOut: boolean, timeoutMs: number): TransportError {
  if (error instanceof TransportError) return error;
  const options = { cause: error };
  if (timedOut) {
    return new TransportError(
      'timed-out',
      `no whole answer within ${timeoutMs} ms`,
      'maybe',
      options,
    );
  }
  if (error instanceof FetchError) {
    if (error.type === 'max-size') {
      return new TransportError(
        'answer-too-large',
        'the answer is larger than allowed',
        'maybe',
        options,
      );
    }
    const code = error.code ?? 'unknown';
    if (BEFORE_CONNECTING.has(code) || isCertificateError(code)) {
      return new TransportError('refused', `DOKU is out of reach (${code})`, 'no', options);
    }
    return new TransportError(
      'connection-lost',
      `the connection was lost (${code})`,
      'maybe',
      options,
    );
  }
  return new TransportError('connection-lost', 'the request was given up', 'maybe', options);
}

/** TLS is agreed on before the request is written. */
const isCertificateError = (code: string) =>
  /CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
