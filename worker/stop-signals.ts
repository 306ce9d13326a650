/** Signals that come together are one: npm passes on to us the Ctrl-C that the terminal has sent to us as well. */
const TOGETHER_MS = 1_000;

/**
 * Has a program end in its own way at the first signal, and at once at another one that comes later.
 *
 * @param stop - called once.
 * @param signals - those that end it. Default: those of Ctrl-C and of process managers.
 */
export function onStopSignal(
  stop: () => void,
  signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'],
): void {
  let stoppedAt: number | undefined;
  const heard = () => {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now();
      stop();
    } else if (performance.now() - stoppedAt > TOGETHER_MS) process.exit(130);
  };
  for (const signal of signals) process.on(signal, heard);
}
