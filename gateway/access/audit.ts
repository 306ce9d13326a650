/**
 * Who asked for what, and what was answered: a JSON line a request. Never a phone number, a token, an OTP or a body.
 *
 * @module
 */
import pino, { type DestinationStream } from 'pino';

/** In place of a status: whoever asked was gone before the answer. What they asked for may be done all the same. */
export const HUNG_UP = 499;

export interface AuditEntry {
  readonly requestId: string;
  /** Nobody where it is not known. */
  readonly who: string | undefined;
  /** From where. */
  readonly address: string;
  readonly method: string;
  /** The route, with its parameters' names and not their values. */
  readonly route: string;
  /** The business numbers in the path, once they are known to be such. */
  readonly subject?: Readonly<Record<string, string>>;
  /** As answered, or {@link HUNG_UP}. */
  readonly status: number;
  /** The problem's name, where there was one. */
  readonly error?: string;
  readonly durationMs: number;
}

export type Audit = (entry: AuditEntry) => void;

/** @param destination - default: standard output. */
export function auditLog(destination?: DestinationStream): Audit {
  const options: pino.LoggerOptions = {
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const logger = destination ? pino(options, destination) : pino(options);
  return (entry) => {
    if (entry.status === HUNG_UP) logger.warn(entry, 'not waited for at the gateway');
    else if (entry.status < 400) logger.info(entry, 'answered by the gateway');
    else logger.warn(entry, 'refused by the gateway');
  };
}
