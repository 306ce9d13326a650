/**
 * Who read how much of which workflow: a JSON line a request, and never what they read.
 *
 * @module
 */
import pino, { type DestinationStream, type Logger } from 'pino';

export interface AuditEntry {
  /** The reader; nobody where none was told. */
  readonly who: string | undefined;
  /** From where. */
  readonly address: string;
  readonly action: 'decode' | 'encode' | 'other';
  /** As whoever asked claims. */
  readonly namespace: string | undefined;
  readonly workflowId: string | undefined;
  /** As the payloads say, where they do: more than one where a request mixes workflows. */
  readonly places?: readonly string[];
  /** How many were asked for. */
  readonly payloads: number;
  readonly personalData: boolean;
  /** What was answered. */
  readonly status: number;
}

export type Audit = (entry: AuditEntry) => void;

export interface CodecLoggerOptions {
  /** `warn` leaves out requests that were answered. Default `info`. */
  readonly level?: 'info' | 'warn';
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

export function codecLogger({ level = 'info', destination }: CodecLoggerOptions = {}): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}

export const auditTo =
  (logger: Logger): Audit =>
  (entry) => {
    if (entry.status < 400) logger.info(entry, 'read through the codec');
    else logger.warn(entry, 'refused by the codec');
  };
