import { createServer, request } from 'node:http';

/** The load balancer before the workers' doors for notifications. */
export class FrontDoor {
  readonly #backs = new Map<object, number>();
  readonly #close: () => void;
  #turn = 0;

  private constructor(close: () => void) {
    this.#close = close;
  }

  static async open(port: number): Promise<FrontDoor> {
    const server = createServer((incoming, outgoing) => {
      const back = door.#next();
      if (back === undefined) return void outgoing.writeHead(503).end();
      const { method, headers, url } = incoming;
      const passed = request(
        { host: '127.0.0.1', port: back, method, headers, path: url },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      passed.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(passed);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const door = new FrontDoor(() => {
      server.close();
      server.closeAllConnections();
    });
    return door;
  }

  /** Whoever comes is passed on to this port, too. */
  add(machine: object, port: number): void {
    this.#backs.set(machine, port);
  }

  remove(machine: object): void {
    this.#backs.delete(machine);
  }

  close(): void {
    this.#close();
  }

  #next(): number | undefined {
    const ports = [...this.#backs.values()];
    this.#turn += 1;
    return ports[this.#turn % Math.max(1, ports.length)];
  }
}
