import type { Contender, ContenderOptions } from './contender.js';
import { type Site, startSite, startTemporal } from './site.js';
import type { Lend } from './started.js';

/** A contender and where it runs its purchases. */
export interface Racer<Of extends Contender | undefined = Contender> {
  readonly contender: Of;
  readonly site: Site;
}

export interface RaceOptions extends ContenderOptions {
  /** Bound customers of each contender, with money. */
  readonly customers: number;
}

/** Has a contender start, under a name that is its own in the race. */
export type Enter = <Of extends Contender | undefined>(
  name: string,
  start: (site: Site, options: ContenderOptions) => Promise<Of>,
) => Promise<Racer<Of>>;

/** Contenders on one Temporal server; each gets a sandbox of its own, as DOKU honours no token but a client's latest. */
export async function openRace(lend: Lend, { customers, ...options }: RaceOptions): Promise<Enter> {
  const temporal = await lend('server of the race', startTemporal);
  return async (name, start) => {
    const site = await lend(`sandbox of ${name}`, () => startSite(temporal, customers));
    return { contender: await lend(name, () => start(site, options)), site };
  };
}
