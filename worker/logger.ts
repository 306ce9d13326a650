/**
 * Structured logs that cannot hold a secret: only named fields pass, and what passes is masked.
 *
 * @module
 */
import { DefaultLogger, type LogLevel, type LogMetadata } from '@temporalio/worker';
import pino, { type DestinationStream, type Logger } from 'pino';
import { ToldFailure } from '../activities/calling/told-failure.js';

/** What a line may say beyond its message; everything else is left out, whatever a caller passes. */
const FIELDS = new Set([
  'activityId',
  'activityType',
  'address',
  'attempt',
  'became',
  'clockSkewMs',
  'detail',
  'durationMs',
  'externalId',
  'host',
  'isLocal',
  'latestTransactionStatus',
  'namespace',
  'notifications',
  'operation',
  'outcome',
  'partnerCaptureNo',
  'partnerReferenceNo',
  'partnerRefundNo',
  'partnerVoidNo',
  'phase',
  'port',
  'responseCode',
  'responseMessage',
  'runId',
  'sdkComponent',
  'sends',
  'sent',
  'state',
  'taskQueue',
  'url',
  'workflowId',
  'workflowType',
]);

const JWT = /\beyJ[\w-]+(?:\.[\w-]+){0,2}/g;
const E_MAIL = /[^\s@"'<>]+@[^\s@"'<>]+/g;
const PHONE_NUMBER = /(?<![\w-])(?:\+?62|0)[ .-]?8[1-9](?:[ .-]?\d){6,11}(?!\w)/g;
const BEARER = /Bearer\s+\S+/gi;

/** Free text without what could be a token, an e-mail address or a phone number. */
export const masked = (text: string) =>
  text
    .replace(JWT, '…')
    .replace(BEARER, 'Bearer …')
    .replace(E_MAIL, '…')
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

/** Temporal's own log entries, of the SDK's core and of workflows and activities, through the same logger. */
export function temporalLogger(logger: SafeLogger, level: string): DefaultLogger {
  return new DefaultLogger(level.toUpperCase() as LogLevel, (entry) => {
    const isTold = entry.meta?.error instanceof ToldFailure;
    const said = entry.level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
    const method = isTold ? 'debug' : said;
    logger[method]((entry.meta ?? {}) as LogMetadata, entry.message);
  });
}
