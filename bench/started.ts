/** A process, a server or a whole site. */
export interface Started {
  stop(): Promise<void>;
}

/** Keeps what is being started, so that it is stopped in the end. */
export type Keep = <T extends Started | undefined>(starting: Promise<T>) => Promise<T>;

/** Exit codes of a program that a signal ended. */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Uses what `keep` was given, and stops all of it in reverse order, also when something fails in between, or somebody ends
 * this program.
 */
export async function whileStarted<T>(use: (keep: Keep) => Promise<T>): Promise<T> {
  const kept: Promise<Started | undefined>[] = [];
  const stop = async () => {
    for (let starting = kept.pop(); starting; starting = kept.pop())
      await (await starting.catch(() => undefined))?.stop();
  };
  const end = (signal: keyof typeof ENDED_BY) =>
    void stop().finally(() => process.exit(ENDED_BY[signal]));
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    return await use((starting) => {
      kept.push(starting);
      return starting;
    });
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await stop();
  }
}
