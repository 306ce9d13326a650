/**
 * The product at work on a site: workers in processes of their own, as they are shipped, and a backend that asks them.
 *
 * @module
 */
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DokuJourneys } from '../client/index.js';
import { createDataConverter, payloadKeysOf } from '../worker/encryption.js';
import type { Contender } from './contender.js';
import { bind, environmentOf, purchasesOf } from './contenders/doku-journeys.js';
import { Program } from './program.js';
import { type Site, startSite, startTemporal } from './site.js';
import { whileStarted } from './started.js';
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
  /** Bound customers, with money. */
  readonly customers: number;
}

/** A server, a sandbox, one worker and a backend for some work, all stopped after it. */
export function onFleet<T>(options: FleetOptions, work: (fleet: Fleet) => Promise<T>): Promise<T> {
  return whileStarted(async (keep) => {
    const temporal = await keep(startTemporal());
    const site = await keep(startSite(temporal, options.customers));
    const backend = await keep(openBackend(site));
    const fleet = new Fleet(site, backend, await serverPidOf(temporal.port), options);
    await keep(Promise.resolve(fleet));
    await fleet.staff(1);
    await Promise.all(site.customers.map((customer) => bind(backend.client, customer)));
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

  /** Puts so many fresh workers in the place of those before. */
  async staff(count: number, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    const options = this.#options;
    const fresh = { ...options, environment: { ...options.environment, ...environment } };
    this.#workers = await Promise.all(
      Array.from({ length: count }, () => startWorkerProgram(this.site, fresh)),
    );
  }
}
