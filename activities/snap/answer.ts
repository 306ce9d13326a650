/**
 * The one place that says what an answer of DOKU's means.
 *
 * @module
 */
import type * as z from 'zod';
import type { Endpoint } from './endpoint.js';
import type { DoubtReason, Exchange, Outcome } from './outcome.js';
import { refusalOf, refusedCredential, responseCodeOf } from './response-code.js';
import type { HttpAnswer } from './transport.js';

/** What DOKU's 429 means when it names no delay. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** An exchange before its answer is understood. */
export type Sent = Pick<Exchange, 'externalId' | 'sends'>;

/**
 * Maps an answer to its outcome. Only a success whose HTTP status, response code, shape and references all fit is a
 * success, and only DOKU's own clear code is a refusal: everything else is doubtful (money rule 2).
 */
export function outcomeOf<Response extends z.ZodType>(
  endpoint: Endpoint<z.ZodType, Response>,
  request: unknown,
  answer: HttpAnswer,
  sent: Sent,
): Outcome<z.output<Response>> {
  const body = objectIn(answer.text);
  if (body === undefined) return unreadable(answer, sent);
  const code = responseCodeOf(body.responseCode);
  if (code === undefined) return unreadable(answer, sent, 'wrong-shape');
  const exchange = { ...sent, responseCode: code.text, ...messageOf(body) };
  const doubtful = (reason: DoubtReason) => ({ ...exchange, kind: 'doubtful', reason }) as const;

  // DOKU answers a repeated request with the first answer's body under HTTP 409: what it speaks of is unknown.
  if (answer.status === 409 && code.status !== 409) return doubtful('conflict');
  if (code.status !== answer.status) return doubtful('codes-disagree');
  // 73 and 74 answer for each other in DOKU's helpers; elsewhere another service's code is another's answer.
  if (code.serviceCode !== endpoint.serviceCode && code.status < 400)
    return doubtful('codes-disagree');
  if (code.status >= 500) return doubtful('server-error');
  if (code.status === 429) return throttled(endpoint, answer, exchange);
  if (code.status === 401)
    return { ...exchange, kind: 'unauthorized', credential: refusedCredential(code) };
  if (code.status === 409 && code.caseCode !== '01') return doubtful('conflict');
  if (code.status >= 400) return { ...exchange, kind: 'refused', refusal: refusalOf(code) };
  if (code.status === 202) return { ...exchange, kind: 'pending' };
  if (code.status !== 200) return doubtful('codes-disagree');
  return success(endpoint, request, body, exchange);
}

function success<Response extends z.ZodType>(
  endpoint: Endpoint<z.ZodType, Response>,
  request: unknown,
  body: Record<string, unknown>,
  exchange: Exchange,
): Outcome<z.output<Response>> {
  const isAnothers = endpoint.echoes.some(([asked, answered]) => {
    const expected = (request as Record<string, unknown>)[asked];
    const given = body[answered];
    return (
      expected !== undefined &&
      given !== undefined &&
      given !== null &&
      given !== '' &&
      String(given) !== expected
    );
  });
  if (isAnothers) return { ...exchange, kind: 'doubtful', reason: 'wrong-reference' };
  const parsed = endpoint.response.safeParse(body);
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return {
      ...exchange,
      kind: 'doubtful',
      reason: 'wrong-shape',
      responseMessage: `wrong shape at ${paths}`,
    };
  }
  return { ...exchange, kind: 'succeeded', response: parsed.data };
}

function throttled(endpoint: Endpoint, answer: HttpAnswer, exchange: Exchange): Outcome<never> {
  const retryAfterMs = retryAfterMsOf(answer.retryAfter);
  return endpoint.movesMoney
    ? { ...exchange, kind: 'doubtful', reason: 'too-many-requests', retryAfterMs }
    : { ...exchange, kind: 'throttled', retryAfterMs };
}

/** A gateway's page, a cut-off text, JSON that is not DOKU's envelope. */
function unreadable(
  answer: HttpAnswer,
  sent: Sent,
  reason: DoubtReason = 'not-json',
): Outcome<never> {
  if (answer.status >= 500) return { ...sent, kind: 'doubtful', reason: 'server-error' };
  if (answer.status === 409) return { ...sent, kind: 'doubtful', reason: 'conflict' };
  return { ...sent, kind: 'doubtful', reason };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** DOKU's words help an operator; digits in them could be a person's, so they are masked. */
function messageOf(body: Record<string, unknown>): Pick<Exchange, 'responseMessage'> {
  const message = body.responseMessage;
  if (typeof message !== 'string') return {};
  const masked = message.replace(/\S+@\S+/g, '…').replace(/\d{5,}/g, '…');
  return { responseMessage: masked.slice(0, 150) };
}

function retryAfterMsOf(header: string | undefined): number {
  if (header === undefined) return DEFAULT_RETRY_AFTER_MS;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 3_600_000) : DEFAULT_RETRY_AFTER_MS;
}
