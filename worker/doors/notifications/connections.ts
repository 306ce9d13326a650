/**
 * Whoever holds connections open does not keep DOKU out: of too many, the one that has been longest without a whole request
 * gives way to the newest.
 *
 * @module
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export class Connections {
  /** In the order of their last whole request. */
  readonly #open = new Set<Socket>();
  readonly #answering = new Set<Socket>();

  /** @param most - that are open at once; twice as many are never accepted. */
  constructor(server: Server, most: number) {
    server.maxConnections = 2 * most;
    server.on('connection', (socket: Socket) => {
      if (this.#open.size >= most) this.#giveWay();
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#answering.delete(socket);
      });
    });
  }

  /** Its request is whole. */
  answering(socket: Socket): void {
    this.#answering.add(socket);
  }

  answered(socket: Socket): void {
    this.#answering.delete(socket);
    if (this.#open.delete(socket)) this.#open.add(socket);
  }

  #giveWay(): void {
    for (const socket of this.#open) {
      if (this.#answering.has(socket)) continue;
      this.#open.delete(socket);
      socket.destroy();
      return;
    }
  }
}
