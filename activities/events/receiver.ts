/**
 * The one place that talks HTTP to the receiver of events, and signs them, by the Standard Webhooks convention.
 *
 * @module
 */
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import fetch from 'node-fetch';
import { Webhook } from 'standardwebhooks';
import type { JourneyEvent } from '../../contract/event.js';
import type { EventSettings } from './settings.js';

/** What became of one delivery. */
export interface Reception {
  /** Whether the receiver answered with 2xx. */
  readonly isTaken: boolean;
  /** Why not, for operators; nothing of the answer's body is in it. */
  readonly why?: string;
  /** Whether there was no answer at all. */
  readonly isSilence?: boolean;
  /** How long the receiver asked to be left alone. */
  readonly retryAfterMs?: number;
}

export interface EventReceiver {
  /** @param withinMs - what the whole answer may take. */
  tell(event: JourneyEvent, withinMs: number): Promise<Reception>;
}

const MOST_RETRY_AFTER_MS = 3_600_000;
/** Of the answer nothing but its status is read: a body that has not ended by then ends with its connection. */
const BODY_WITHIN_MS = 1_000;
const MOST_SOCKETS = 50;

export function receiverOf(settings: EventSettings, now: () => Date): EventReceiver {
  const isTls = new URL(settings.url).protocol === 'https:';
  const options = { keepAlive: true, maxSockets: MOST_SOCKETS, timeout: 60_000 } as const;
  // Said here, so that no variable of Node's turns it off.
  const agent = isTls
    ? new https.Agent({ ...options, rejectUnauthorized: true })
    : new http.Agent(options);
  return { tell: (event, withinMs) => post(event, settings, now(), agent, withinMs) };
}

/** What goes over the wire: the very bytes that are signed, and the headers that say so. */
export function signedRequest(event: JourneyEvent, secrets: readonly string[], at: Date) {
  const body = JSON.stringify(event);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(event.id, at, body));
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'doku-journeys',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    },
  };
}

async function post(
  event: JourneyEvent,
  settings: EventSettings,
  at: Date,
  agent: http.Agent,
  withinMs: number,
): Promise<Reception> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), withinMs);
  try {
    const { status, headers, body } = await fetch(settings.url, {
      method: 'POST',
      ...signedRequest(event, settings.secrets, at),
      agent,
      signal: limit.signal,
      redirect: 'manual',
    });
    if (body instanceof Readable) drain(body);
    if (status >= 200 && status < 300) return { isTaken: true };
    const retryAfterMs = retryAfterIn(headers.get('retry-after'));
    const why = status >= 300 && status < 400 ? 'a redirect, which is not followed' : 'no success';
    return {
      isTaken: false,
      why: `${why} (HTTP ${status})`,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  } catch (error) {
    const why = limit.signal.aborted
      ? `no answer within ${Math.round(withinMs)} ms`
      : `no connection (${(error as { code?: string }).code ?? 'broken'})`;
    return { isTaken: false, why, isSilence: true };
  } finally {
    clearTimeout(timer);
  }
}

/** An answer that nobody reads holds its connection, and so does one that never ends. */
function drain(body: Readable): void {
  const timer = setTimeout(() => body.destroy(), BODY_WITHIN_MS).unref();
  body
    .on('error', () => {})
    .once('close', () => clearTimeout(timer))
    .resume();
}

/** Seconds; dates are not heeded. */
function retryAfterIn(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header)) return undefined;
  return Math.min(Number(header) * 1_000, MOST_RETRY_AFTER_MS);
}
