/**
 * The worker's log: its own lines, and those of Temporal's SDK, through one logger that cannot hold a secret.
 *
 * @module
 */
import { DefaultLogger, type LogLevel, type LogMetadata } from '@temporalio/worker';
import { ToldFailure } from '../activities/calling/told-failure.js';
import type { SafeLogger } from './safe-logger.js';

export { createLogger, masked, type SafeLogger } from './safe-logger.js';

/** Temporal's own log entries, of the SDK's core and of workflows and activities, through the same logger. */
export function temporalLogger(logger: SafeLogger, level: string): DefaultLogger {
  return new DefaultLogger(level.toUpperCase() as LogLevel, (entry) => {
    const isTold = entry.meta?.error instanceof ToldFailure;
    const said = entry.level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
    const method = isTold ? 'debug' : said;
    logger[method]((entry.meta ?? {}) as LogMetadata, entry.message);
  });
}
