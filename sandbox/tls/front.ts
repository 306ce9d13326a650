/**
 * Where connections arrive, before HTTP sees them: with TLS or without.
 *
 * @module
 */
import type { Server } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { runsOn, Tapped } from '../exchange/wire.js';

/** The first byte of TLS's first record. */
const HANDSHAKE = 0x16;

export interface FrontOptions {
  readonly http: Server;
  /** Without it, plain HTTP. */
  readonly secureContext: (() => tls.SecureContext) | undefined;
  /** How long a new connection is left alone. */
  readonly patienceMs: () => number;
}

/** Listens in an HTTP server's place. */
export class Front {
  readonly #options: FrontOptions;
  readonly #open = new Set<net.Socket>();
  readonly #listener = net.createServer((tcp) => this.#accept(tcp));

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  /** @returns the port. @throws Node's `EADDRINUSE` when it is taken. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ host, port }, resolve);
    });
    return (this.#listener.address() as net.AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const tcp of this.#open) tcp.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #accept(tcp: net.Socket): void {
    this.#open.add(tcp);
    tcp.once('close', () => this.#open.delete(tcp));
    tcp.on('error', () => tcp.destroy());
    const patienceMs = this.#options.patienceMs();
    if (patienceMs === 0) {
      this.#serve(tcp);
      return;
    }
    tcp.pause();
    const timer = setTimeout(() => this.#serve(tcp), patienceMs);
    tcp.once('close', () => clearTimeout(timer));
  }

  #serve(tcp: net.Socket): void {
    const { http, secureContext } = this.#options;
    tcp.setNoDelay(true);
    if (!secureContext) {
      http.emit('connection', tcp);
      tcp.resume();
      return;
    }
    // The control API, by which a client learns whom to trust, is there without TLS too.
    tcp.once('data', (first) => {
      tcp.pause();
      tcp.unshift(first);
      if (first[0] === HANDSHAKE) this.#secure(tcp, secureContext());
      else http.emit('connection', tcp);
      tcp.resume();
    });
    tcp.resume();
  }

  #secure(tcp: net.Socket, secureContext: tls.SecureContext): void {
    const tapped = new Tapped(tcp);
    const secured = new tls.TLSSocket(tapped, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    tapped.on('error', () => secured.destroy());
    secured.on('error', () => tcp.destroy());
    secured.on('close', () => tcp.destroy());
    tcp.on('close', () => secured.destroy());
    runsOn(secured, { tcp, garble: () => tapped.garble() });
    secured.once('secure', () => this.#options.http.emit('connection', secured));
  }
}
