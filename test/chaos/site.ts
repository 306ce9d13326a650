/**
 * The processes of a run, and what can happen to them.
 *
 * @module
 */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { builtProduct } from '../../bench/build.js';
import { freePort } from '../../worker/local/free-port.js';
import { startEventReceiver, type TestReceiver, toldTo } from '../setting/event-receiver.js';
import { SandboxControl } from '../setting/sandbox-control.js';
import { FrontDoor } from './front-door.js';
import { type Ground, startDevGround } from './ground.js';
import { Machine } from './machine.js';
import type { PlannedUpheaval } from './plan/plan.js';
import { failsOften } from './told.js';

export interface SiteOptions {
  /** Default 2. */
  readonly workers?: number;
  readonly ground?: (doorPort: number) => Promise<Ground>;
}

/** What tells the machines apart, in turns: clocks 20 s from each other, and one that keeps no workflow in memory. */
const TRAITS: readonly Readonly<Record<string, string>>[] = [
  { CLOCK_SHIFT_MS: '10000', MAX_CACHED_WORKFLOWS: '100' },
  { CLOCK_SHIFT_MS: '-10000', MAX_CACHED_WORKFLOWS: '0' },
];

interface Parts {
  readonly ground: Ground;
  /** The built product's folder. */
  readonly dist: string;
  readonly door: FrontDoor;
  readonly receiver: TestReceiver;
}

export class Site {
  readonly ground: Ground;
  readonly doku: SandboxControl;
  /** What the merchant's backend is told. */
  readonly receiver: TestReceiver;
  readonly #dist: string;
  readonly #door: FrontDoor;
  readonly #machines: Machine[] = [];
  /** Also those whose place another one has taken, as where all are replaced while all are gone. */
  readonly #ever: Machine[] = [];
  /** Temporal's server goes down and up once at a time. */
  #restarting: Promise<void> = Promise.resolve();
  #isOver = false;
  kills = 0;
  /** Where backends without a Temporal SDK ask. */
  gatewayUrl = '';
  #gateway: Machine | undefined;
  /** Whether the sandbox is one that has moods. */
  hasTemperaments = false;

  private constructor({ ground, dist, door, receiver }: Parts) {
    this.ground = ground;
    this.receiver = receiver;
    this.#dist = dist;
    this.#door = door;
    this.doku = new SandboxControl(ground.sandboxUrl);
  }

  static async start({
    workers = 2,
    ground: start = startDevGround,
  }: SiteOptions = {}): Promise<Site> {
    const dist = await builtProduct();
    const port = (await freePort()) ?? 0;
    const ground = await start(port);
    const door = await FrontDoor.open(ground.doorPort ?? port);
    const receiver = await startEventReceiver(failsOften);
    const site = new Site({ ground, dist, door, receiver });
    site.hasTemperaments = await site.doku.call('GET', 'temperaments').then(
      () => true,
      () => false,
    );
    for (let index = 0; index < workers; index++) await site.#staff(index);
    await site.#openGateway();
    await Promise.all(site.#machines.map(({ ready }) => ready));
    return site;
  }

  /** Warnings and errors that any worker, or the gateway, said lately. */
  get said(): string[] {
    return [...this.#machines, this.#gateway].flatMap((machine) => machine?.said ?? []);
  }

  /** All that any worker ever said. */
  get outputs(): string[] {
    return [...this.#ever, this.#gateway].map((machine) => machine?.output ?? '');
  }

  /** What those that run tell a monitor. */
  async metrics(): Promise<string[]> {
    const running = this.#ever.filter(({ isRunning }) => isRunning);
    return Promise.all(running.map((machine) => machine.metrics()));
  }

  async happens({ upheaval, worker, lastsMs }: PlannedUpheaval): Promise<void> {
    const index = worker % this.#machines.length;
    switch (upheaval) {
      case 'kill':
        return this.#renew(index);
      case 'freeze':
        return this.#freeze(index, lastsMs);
      case 'replace-all':
        return this.#replaceAll();
      case 'restart-server':
        return this.#restarted(() => this.ground.restartServer());
      case 'restart-database':
        return this.#restarted(this.ground.restartDatabase ?? this.ground.restartServer);
      case 'all-gone':
        return this.#allGone(lastsMs);
      case 'maintenance':
        await this.doku.call('POST', 'maintenance', { isOn: true });
        await setTimeout(lastsMs);
        await this.doku.call('POST', 'maintenance', { isOn: false });
        return;
      case 'token-lost':
        await this.doku.call('POST', 'tokens/supersede', {});
        return;
      default:
        return upheaval satisfies never;
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#ever, this.#gateway].map((machine) => machine?.end('SIGKILL')));
    await this.#restarting;
    await this.ground.stop();
    await this.receiver.close();
    this.#door.close();
  }

  /** For backends that speak HTTP. It goes on while workers and Temporal come and go. */
  async #openGateway(): Promise<void> {
    const port = await freePort();
    this.gatewayUrl = `http://127.0.0.1:${port}`;
    this.#gateway = new Machine(path.join(this.#dist, 'gateway', 'main.js'), {
      TEMPORAL_ADDRESS: this.ground.temporalAddress,
      PAYLOAD_KEYS: this.ground.payloadKeys,
      GATEWAY_PORT: String(port),
      GATEWAY_REQUESTS_A_MINUTE: '1000000',
    });
    await this.#gateway.ready;
  }

  async #renew(index: number): Promise<void> {
    this.kills += 1;
    await this.#end(index, 'SIGKILL');
    await this.#staff(index);
  }

  async #freeze(index: number, lastsMs: number): Promise<void> {
    const machine = this.#machines[index];
    machine?.freeze();
    await setTimeout(lastsMs);
    machine?.thaw();
  }

  /** As a deployment does: the next one is ready before the last one ends. */
  async #replaceAll(): Promise<void> {
    for (const [index, old] of [...this.#machines.entries()]) {
      if (this.#isOver) return;
      await this.#staff(index);
      await this.#machines[index]?.ready;
      this.#door.remove(old);
      await old.end('SIGTERM');
    }
  }

  #restarted(restart: () => Promise<void>): Promise<void> {
    this.#restarting = this.#restarting.then(() => (this.#isOver ? undefined : restart()));
    return this.#restarting;
  }

  async #allGone(lastsMs: number): Promise<void> {
    this.kills += this.#machines.length;
    await Promise.all(this.#machines.map((_, index) => this.#end(index, 'SIGKILL')));
    await setTimeout(lastsMs);
    for (const index of this.#machines.keys()) await this.#staff(index);
  }

  async #end(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const machine = this.#machines[index];
    if (!machine) return;
    this.#door.remove(machine);
    await machine.end(signal);
  }

  async #staff(index: number): Promise<void> {
    if (this.#isOver) return;
    const port = await freePort();
    const metricsPort = await freePort();
    const machine = new Machine(path.join(this.#dist, 'worker', 'main.js'), {
      ...this.ground.environment,
      METRICS_ADDRESS: `127.0.0.1:${metricsPort}`,
      ...toldTo(this.receiver),
      ...TRAITS[index % TRAITS.length],
      ...(port !== undefined && { NOTIFICATIONS_PORT: String(port) }),
    });
    this.#machines[index] = machine;
    this.#ever.push(machine);
    void machine.ready.then(() => {
      if (port !== undefined && machine.isRunning) this.#door.add(machine, port);
    });
  }
}
