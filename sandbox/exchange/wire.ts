import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What a connection runs on, beneath HTTP and, where there is any, TLS. */
export interface Wire {
  readonly tcp: Socket;
  /** Has TLS read what its peer never wrote, which it answers with an alert. */
  readonly garble?: () => boolean;
}

const WIRES = new WeakMap<Duplex, Wire>();

/** @param socket - as HTTP sees it. */
export const wireUnder = (socket: Socket): Wire => WIRES.get(socket) ?? { tcp: socket };

export const runsOn = (socket: Duplex, wire: Wire): void => void WIRES.set(socket, wire);

/** TCP with a hand between it and TLS: what arrives can be delayed, and bytes put in that never arrived. */
export class Tapped extends Duplex {
  readonly tcp: Socket;

  constructor(tcp: Socket) {
    super({ allowHalfOpen: true });
    this.tcp = tcp;
    tcp.on('data', (chunk) => {
      if (!this.push(chunk)) tcp.pause();
    });
    tcp.on('end', () => this.push(null));
    tcp.on('error', (error) => this.destroy(error));
    tcp.on('close', () => this.destroy());
  }

  /** @returns whether anybody could read it. */
  garble(): boolean {
    this.push(Buffer.concat([Buffer.from([23, 3, 3, 0, 64]), Buffer.alloc(64, 7)]));
    return true;
  }

  override _read(): void {
    this.tcp.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.tcp.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.tcp.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.tcp.destroy();
    done(error);
  }
}
