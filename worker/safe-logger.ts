/**
 * Structured logs that cannot hold a secret: only named fields pass, and what passes is masked.
 *
 * @module
 */
import pino, { type DestinationStream, type Logger } from 'pino';
import { beginningOf } from '../activities/snap/beginning.js';
import { harmless } from '../contract/harmless.js';

/** What a line may say beyond its message; everything else is left out, whatever a caller passes. */
const FIELDS = new Set([
  'activityId',
  'activityType',
  'address',
  'attempt',
  'became',
  'check',
  'clockSkewMs',
  'detail',
  'durationMs',
  'externalId',
  'host',
  'isLocal',
  'latestTransactionStatus',
  'method',
  'namespace',
  'notifications',
  'operation',
  'outcome',
  'partnerCaptureNo',
  'partnerReferenceNo',
  'partnerRefundNo',
  'partnerVoidNo',
  'path',
  'phase',
  'port',
  'remote',
  'responseCode',
  'responseMessage',
  'runId',
  'sdkComponent',
  'sends',
  'sent',
  'signedPath',
  'skewSeconds',
  'state',
  'suppressed',
  'taskQueue',
  'url',
  'workflowId',
  'workflowType',
]);

const JWT = /\beyJ[\w-]+(?:\.[\w-]+){0,2}/g;
/** What stands between blanks and quotes: an e-mail address if it holds an `@`. */
const WORD = /[^\s"'<>]+/g;
const PHONE_NUMBER = /(?<![\w-])(?:\+?62|0)[ .-]?8[1-9](?:[ .-]?\d){6,11}(?!\w)/g;
const BEARER = /Bearer\s+\S+/gi;

/** More than anybody reads of one line. */
const LONGEST = 8_192;

/**
 * Free text without what could be a token, an e-mail address or a phone number, or would steer a terminal; its beginning, where it
 * is long.
 */
export const masked = (text: string) =>
  harmless(beginningOf(text, LONGEST))
    .replace(JWT, '…')
    .replace(BEARER, 'Bearer …')
    .replace(WORD, (word) => (word.includes('@') ? '…' : word))
    .replace(PHONE_NUMBER, '…');

export interface LoggerOptions {
  readonly level: string;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

export type SafeLogger = Logger;

export function createLogger({ level, destination }: LoggerOptions): SafeLogger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: safeFields },
    hooks: {
      logMethod(args, method) {
        const [first, second] = args as [unknown, unknown?];
        const fields = typeof first === 'object' && first !== null ? first : {};
        const message = typeof first === 'string' ? first : second;
        method.call(this, fields, masked(String(message ?? '')));
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function safeFields(fields: Record<string, unknown>): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error' || name === 'err') safe.error = safeError(value);
    else if (FIELDS.has(name)) safe[name] = typeof value === 'string' ? masked(value) : value;
  }
  return safe;
}

/** An error's kind and words; its stack may quote values. */
function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return masked(String(error));
  const cause = error.cause instanceof Error ? safeError(error.cause) : undefined;
  return {
    name: error.name,
    message: masked(error.message),
    ...(cause !== undefined && { cause }),
  };
}
