/**
 * What the local programs say to who started them, and how they end.
 *
 * @module
 */
import { Runtime } from '@temporalio/worker';
import { harmless } from '../../contract/harmless.js';
import { createLogger, temporalLogger } from '../logger.js';
import { onStopSignal } from '../stop-signals.js';
import { complaintsTo } from './complaints.js';
import { typedName } from './dev-env.js';
import type { Teller } from './story.js';

export const say = (text = ''): void => {
  process.stdout.write(`${harmless(text)}\n`);
};

export const teller: Teller = {
  chapter: (title) => say(`\n■ ${title}`),
  line: (text) => say(`  ${text}`),
};

/** Resolves at the first Ctrl-C, or once nobody reads any more; the second Ctrl-C ends at once. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      say('\nStopping…');
      resolve();
    };
    onStopSignal(stop, ['SIGINT', 'SIGTERM', 'SIGHUP']);
    // Whoever read along is gone (`npm start | head`): nothing may be left running.
    process.stdout.on('error', () => resolve());
  });
}

/** Temporal's SDK complains of errors only, within what somebody reads, and leaves signals to us. */
export function installRuntime(): void {
  Runtime.install({
    logger: temporalLogger(
      createLogger({ level: 'error', destination: complaintsTo((line) => say(`  ! ${line}`)) }),
      'error',
    ),
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR' } } },
  });
}

/** The last word of a stack that was ended. @param keptIn - the folder, where data are kept. */
export const sayEnded = (command: string, keptIn: string | undefined): void =>
  say(
    keptIn === undefined
      ? `Ended. Its orders are forgotten: "${command} -- --keep" keeps them.`
      : `Ended. Its orders and keys are kept in ${typedName(keptIn)}: "${command} -- --keep" goes on with them.`,
  );

/** Runs a program to its exit code; what it throws is said in one line. */
export function runProgram(main: () => Promise<number>): void {
  main().then(
    (code) => process.exit(code),
    (error: Error) => {
      process.stderr.write(`doku-journeys: ${harmless(error.message)}\n`);
      process.exit(1);
    },
  );
}
