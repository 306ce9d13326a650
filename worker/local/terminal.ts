/**
 * What the local programs say to who started them, and how they end.
 *
 * @module
 */
import type { Teller } from './story.js';

export const say = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

export const teller: Teller = {
  chapter: (title) => say(`\n■ ${title}`),
  line: (text) => say(`  ${text}`),
};

/** Resolves at the first Ctrl-C, or once nobody reads any more; the second Ctrl-C ends at once. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let times = 0;
    const stop = () => {
      times += 1;
      if (times > 1) process.exit(130);
      say('\nStopping…');
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', stop);
    // Whoever read along is gone (`npm start | head`): nothing may be left running.
    process.stdout.on('error', () => resolve());
  });
}

/** Runs a program to its exit code; what it throws is said in one line. */
export function runProgram(main: () => Promise<number>): void {
  main().then(
    (code) => process.exit(code),
    (error: Error) => {
      process.stderr.write(`doku-journeys: ${error.message}\n`);
      process.exit(1);
    },
  );
}
