/**
 * The product at work on a site: workers in processes of their own, as they are shipped, and a backend that asks them.
 *
 * @module
 */
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DokuJourneys } from '../client/index.js';
import { createDataConverter, payloadKeysOf } from '../worker/temporal/encryption.js';
import type { Contender } from './contender.js';
import { bind, environmentOf, purchasesOf } from './contenders/doku-journeys.js';
import { Program } from './program.js';
import { type Site, startSite, startTemporal } from './site.js';
import type { Ground } from './started.js';
import { serverPidOf } from './usage.js';

/** A merchant's backend. */
export interface Backend {
  readonly client: Client;
  readonly journeys: DokuJourneys;
  stop(): Promise<void>;
}

export async function openBackend(site: Site): Promise<Backend> {
  const connection = await Connection.connect({ address: site.temporal.address });
  const client = new Client({
    connection,
    dataConverter: createDataConverter(payloadKeysOf(site.payloadKeys)),
  });
  return { client, journeys: new DokuJourneys({ client }), stop: () => connection.close() };
}

export interface WorkerProgramOptions {
  /** Where `npm run build` left the product. */
  readonly folder: string;
  /** More of the worker's variables. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly profileFolder?: string | undefined;
}

/** Enough for 50 purchases at once; the same for all parts of a quick run, as they share one fleet. */
export const QUICK_CUSTOMERS = 50;

/** Milliseconds between two questions about one purchase, unless a part says otherwise. */
const POLL_MS = 3_000;

export function startWorkerProgram(site: Site, options: WorkerProgramOptions): Promise<Program> {
  const { folder, environment, profileFolder } = options;
  return Program.start({
    args: [path.join(folder, 'worker', 'main.js')],
    environment: { ...environmentOf(site, POLL_MS), ...environment },
    isReady: (line) => line.includes('worker is ready'),
    ...(profileFolder && { profileFolder }),
  });
}

export interface FleetOptions extends WorkerProgramOptions {
  readonly ground: Ground;
  /** Bound customers, with money. */
  readonly customers: number;
}

/** A server, a sandbox, one worker and a backend for some work. */
export function onFleet<T>(options: FleetOptions, work: (fleet: Fleet) => Promise<T>): Promise<T> {
  const { ground, customers, environment } = options;
  return ground(async (lend) => {
    const temporal = await lend('server of the fleet', startTemporal);
    const site = await lend('sandbox of the fleet', () => startSite(temporal, customers));
    const backend = await lend('backend of the fleet', () => openBackend(site));
    const serverPid = await serverPidOf(temporal.port);
    const fleet = await lend('fleet', async () => new Fleet(site, backend, serverPid, options));
    await fleet.staff(1, environment);
    await fleet.knowCustomers();
    return work(fleet);
  });
}

/** What a part of the bench works with. */
export class Fleet {
  readonly site: Site;
  readonly client: Client;
  readonly journeys: DokuJourneys;
  /** The process of the Temporal server. */
  readonly serverPid: number;
  readonly #options: WorkerProgramOptions;
  #workers: Program[] = [];
  /** What the workers were started with. */
  #environment = '';
  #areCustomersKnown = false;

  constructor(
    site: Site,
    { client, journeys }: Backend,
    serverPid: number,
    options: WorkerProgramOptions,
  ) {
    this.site = site;
    this.client = client;
    this.journeys = journeys;
    this.serverPid = serverPid;
    this.#options = options;
  }

  /** The processes of the workers. */
  get pids(): number[] {
    return this.#workers.map(({ pid }) => pid);
  }

  /** The same for the parts that put purchases on it. */
  get contender(): Contender {
    return { ...purchasesOf(this.journeys), pids: this.pids, stop: () => this.stop() };
  }

  stop(): Promise<void> {
    return this.staff(0);
  }

  /** Binds the site's customers, unless that is done: for that a worker is needed. */
  async knowCustomers(): Promise<void> {
    if (!this.#areCustomersKnown)
      await Promise.all(this.site.customers.map((customer) => bind(this.client, customer)));
    this.#areCustomersKnown = true;
  }

  /** Has so many workers with these variables, and leaves those that are there where they are so already. */
  async staff(count: number, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const isThere =
      this.#workers.length === count && this.#environment === JSON.stringify(environment);
    if (!isThere) await this.restaff(count, environment);
  }

  /** Puts so many fresh workers in the place of those before. */
  async restaff(count: number, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    const { folder, profileFolder } = this.#options;
    this.#environment = JSON.stringify(environment);
    this.#workers = await Promise.all(
      Array.from({ length: count }, () =>
        startWorkerProgram(this.site, { folder, profileFolder, environment }),
      ),
    );
  }
}
