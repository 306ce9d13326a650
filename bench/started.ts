/** A process, a server or a whole site. */
export interface Started {
  stop(): Promise<void>;
}

/** Keeps what is being started, so that it is stopped in the end. */
export type Keep = <T extends Started | undefined>(starting: Promise<T>) => Promise<T>;

/** Uses what `keep` was given, and stops all of it in reverse order, also when something fails in between. */
export async function whileStarted<T>(use: (keep: Keep) => Promise<T>): Promise<T> {
  const kept: Promise<Started | undefined>[] = [];
  try {
    return await use((starting) => {
      kept.push(starting);
      return starting;
    });
  } finally {
    for (const starting of kept.reverse()) await (await starting.catch(() => undefined))?.stop();
  }
}
