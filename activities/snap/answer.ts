/**
 * The one place that says what an answer of DOKU's means.
 *
 * @module
 */
import type * as z from 'zod';
import type { Endpoint } from './endpoint.js';
import { hasDuplicateMembers, parsedWithTexts } from './json-text.js';
import type { Doubtful, DoubtReason, Exchange, Outcome, RefusalCase } from './outcome.js';
import { withoutQuoted } from './quoted.js';
import { readingOf, toldOfOddities, withoutPersons } from './reading.js';
import {
  type ResponseCode,
  refusalOf,
  refusedCredential,
  responseCodeOf,
} from './response-code.js';
import type { HttpAnswer } from './transport.js';

/** What DOKU's 429 means when it names no delay. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** An exchange before its answer is understood. */
export type Sent = Pick<Exchange, 'externalId' | 'sends' | 'accountId' | 'clockSkewMs'>;

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
  if (typeof body === 'string') return unreadable(answer, sent, body);
  const code = responseCodeOf(body.responseCode);
  if (code === undefined)
    return { ...unreadable(answer, sent, 'wrong-shape'), ...withoutCode(body.responseCode) };
  const exchange = { ...sent, responseCode: code.text, ...messageOf(body, request) };
  const doubtful = (reason: DoubtReason) => ({ ...exchange, kind: 'doubtful', reason }) as const;

  // DOKU answers a repeated request with the first answer's body under HTTP 409: what it speaks of is unknown.
  if (answer.status === 409 && code.status !== 409) return doubtful('conflict');
  if (code.status !== answer.status) return doubtful('codes-disagree');
  if (isForeign(endpoint, code)) return doubtful('codes-disagree');
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

/** The token endpoints answer for each other in DOKU's helpers. */
const TOKEN_SERVICES: ReadonlySet<string> = new Set(['73', '74']);
/** What a question takes for "there is none". */
const ABSENCES: ReadonlySet<RefusalCase> = new Set<RefusalCase>(['not-found', 'invalid-account']);

/**
 * Whether another service's code makes it another's answer: a success, what moves money, and an absence, which would be
 * taken for a proof. A refused token or an outage speaks for the whole gateway.
 */
function isForeign(endpoint: Endpoint, code: ResponseCode): boolean {
  const { status, serviceCode } = code;
  if (serviceCode === endpoint.serviceCode || status === 401 || status === 429 || status >= 500)
    return false;
  if (TOKEN_SERVICES.has(serviceCode) && TOKEN_SERVICES.has(endpoint.serviceCode)) return false;
  return status < 400 || endpoint.movesMoney || ABSENCES.has(refusalOf(code));
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
      (typeof given !== 'string' || given.trim() !== expected)
    );
  });
  if (isAnothers) return { ...exchange, kind: 'doubtful', reason: 'wrong-reference' };
  const reading = readingOf(endpoint.response, endpoint.judgedBy ?? [], body);
  if (!reading.isReadable) {
    const responseMessage = `wrong shape at ${toldOfOddities(reading.oddities)}`;
    return { ...exchange, kind: 'doubtful', reason: 'wrong-shape', responseMessage };
  }
  const { response, oddities } = reading;
  return { ...exchange, kind: 'succeeded', response, oddities };
}

function throttled(endpoint: Endpoint, answer: HttpAnswer, exchange: Exchange): Outcome<never> {
  const retryAfterMs = retryAfterMsOf(answer.retryAfter);
  return endpoint.movesMoney
    ? { ...exchange, kind: 'doubtful', reason: 'too-many-requests', retryAfterMs }
    : { ...exchange, kind: 'throttled', retryAfterMs };
}

/** A gateway's page, a cut-off text, JSON that is not DOKU's envelope. */
function unreadable(answer: HttpAnswer, sent: Sent, reason: DoubtReason): Doubtful {
  if (answer.status >= 500) return { ...sent, kind: 'doubtful', reason: 'server-error' };
  if (answer.status === 409) return { ...sent, kind: 'doubtful', reason: 'conflict' };
  return { ...sent, kind: 'doubtful', reason };
}

/** @returns why there is none. */
function objectIn(text: string): Record<string, unknown> | 'not-json' | 'ambiguous' {
  try {
    const value = parsedWithTexts(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not-json';
    return hasDuplicateMembers(text) ? 'ambiguous' : (value as Record<string, unknown>);
  } catch {
    return 'not-json';
  }
}

/** DOKU's words help an operator. */
function messageOf(
  body: Record<string, unknown>,
  request: unknown,
): Pick<Exchange, 'responseMessage'> {
  const message = body.responseMessage;
  return typeof message === 'string'
    ? { responseMessage: withoutPersons(withoutQuoted(message, request)).slice(0, 150) }
    : {};
}

const withoutCode = (given: unknown): Pick<Exchange, 'responseMessage'> => {
  const held = typeof given === 'string' ? `"${given.slice(0, 12)}"` : 'no text';
  return { responseMessage: `wrong shape at responseCode, which held ${held}` };
};

function retryAfterMsOf(header: string | undefined): number {
  if (header === undefined) return DEFAULT_RETRY_AFTER_MS;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 3_600_000) : DEFAULT_RETRY_AFTER_MS;
}
