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

/** Gives what has that name to whoever needs it, and starts it first where nobody has. */
export type Lend = <T extends Started | undefined>(
  name: string,
  start: () => Promise<T>,
) => Promise<T>;

/** Where a part of the bench works. */
export type Ground = <T>(work: (lend: Lend) => Promise<T>) => Promise<T>;

/** Every part has its own, and finds nothing that another one left behind. */
export const ownGround: Ground = (work) => whileStarted((keep) => work(lendingOnce(keep)));

/** All parts share what has the same name, until `keep` stops it: most of a quick run would be starting. */
export function sharedGround(keep: Keep): Ground {
  const lend = lendingOnce(keep);
  return (work) => work(lend);
}

function lendingOnce(keep: Keep): Lend {
  const lent = new Map<string, Promise<Started | undefined>>();
  return <T extends Started | undefined>(name: string, start: () => Promise<T>) => {
    const starting = lent.get(name) ?? keep(start());
    lent.set(name, starting);
    return starting as Promise<T>;
  };
}
