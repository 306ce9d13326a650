/**
 * Whoever holds connections open keeps nobody out: of too many, the one that has been longest without a whole request gives
 * way to the newest.
 *
 * @module
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** @param most - that are open at once, as long as others than those being answered can give way; twice as many are never accepted. */
export function boundConnections(server: FastifyInstance, most: number): void {
  /** In the order of their last whole request. */
  const open = new Set<Socket>();
  const answering = new Set<Socket>();
  const giveWay = () => {
    for (const socket of open) {
      if (answering.has(socket)) continue;
      open.delete(socket);
      socket.destroy();
      return;
    }
  };
  server.server.maxConnections = 2 * most;
  server.server.on('connection', (socket: Socket) => {
    if (open.size >= most) giveWay();
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      answering.delete(socket);
    });
  });
  // Its request is whole.
  server.addHook('preHandler', async ({ socket }) => void answering.add(socket));
  server.addHook('onResponse', async ({ socket }) => {
    answering.delete(socket);
    if (open.delete(socket)) open.add(socket);
  });
}
