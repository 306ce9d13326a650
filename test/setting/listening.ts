import type net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'node:test';

export interface UntilEnd {
  /** Has a server listen on loopback, with every connection that it takes. @returns its port. */
  listening(server: net.Server): Promise<number>;
  /** What else is to end. */
  atEnd(end: () => void): void;
}

/** What lasts until a test has ended. */
export function untilEnd(): UntilEnd {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  const listening = async (server: net.Server) => {
    const open = new Set<net.Socket>();
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      open.add(socket);
    });
    ends.push(() => {
      server.close();
      for (const socket of open) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  return { listening, atEnd: (end) => void ends.push(end) };
}
