import { randomInt } from 'node:crypto';
import { freePort } from '../../worker/local/free-port.js';

/** What containers call each other, and themselves. */
const ADDRESS = /\b(?:postgresql|temporal|sandbox|localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)/g;
/** Alone, "temporal" is the name of a database user. */
const HOST = /^(?:postgresql|localhost|127\.0\.0\.1|0\.0\.0\.0)$/;

/** Temporal keeps its members' ports in PostgreSQL as SMALLINT, below which the system's own choice does not stay. */
const PORT_RANGE = [20_000, 32_768] as const;

/** Where things are for containers, and where they are for processes of one machine. */
export class ThisMachine {
  readonly #ports: ReadonlyMap<string, number>;
  /** Folders by where containers mount them. */
  readonly #folders: Readonly<Record<string, string>>;

  private constructor(ports: ReadonlyMap<string, number>, folders: Record<string, string>) {
    this.#ports = ports;
    this.#folders = folders;
  }

  /** Gives each container port a free one of this machine. */
  static async withPorts(
    containerPorts: readonly string[],
    folders: Record<string, string>,
  ): Promise<ThisMachine> {
    const ports = new Map<string, number>();
    for (const port of containerPorts) ports.set(port, await unusedPort([...ports.values()]));
    return new ThisMachine(ports, folders);
  }

  /** @throws Error for a port that no container has. */
  port(containerPort: string): number {
    const port = this.#ports.get(containerPort);
    if (port === undefined) throw new Error(`no container has port ${containerPort}`);
    return port;
  }

  /** A value or a command of the compose file, with what it names in its place here. */
  translated(text: string): string {
    if (HOST.test(text)) return '127.0.0.1';
    if (this.#ports.has(text)) return String(this.port(text));
    const here = text.replace(ADDRESS, (_whole, port: string) => `127.0.0.1:${this.port(port)}`);
    return Object.entries(this.#folders).reduce(
      (path, [there, folder]) => path.replaceAll(there, folder),
      here,
    );
  }

  environment(environment: Readonly<Record<string, string>> = {}): Record<string, string> {
    const entries = Object.entries(environment);
    return Object.fromEntries(entries.map(([name, value]) => [name, this.translated(value)]));
  }
}

async function unusedPort(used: readonly number[]): Promise<number> {
  const port = await freePort(randomInt(...PORT_RANGE));
  return port === undefined || used.includes(port) ? unusedPort(used) : port;
}
