/**
 * Whoever holds connections open keeps nobody out: of too many, the one that has been longest without a whole request gives
 * way to the newest. Nor does whoever asks without reading what is answered.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Requests of one connection that are answered at once. Clients ask one after the other, and the next one may come before an
 * answer counts as read.
 */
const MOST_ASKED_AT_ONCE = 2;

/** @param most - that are open at once, as long as others than those being answered can give way; twice as many are never accepted. */
export function boundConnections(server: FastifyInstance, most: number): void {
  boundRequests(server);
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
  // From then on it is for whoever asked to read it.
  server.addHook('onSend', async ({ socket }) => {
    answering.delete(socket);
    if (open.delete(socket)) open.add(socket);
  });
}

/** What Node makes requests of a connection's bytes with, as far as it lets itself be told to stop. */
interface Parser {
  onIncoming?: (request: IncomingMessage, isKeptAlive: boolean) => number;
}

/** In the place of a number of Node's parser: what follows is no HTTP, and is not parsed. */
const NO_MORE_HTTP = 2;

/**
 * Each answer that waits for the one before it is held, with the file that it is read from; and of a few KiB Node makes a
 * thousand requests at once, so that it is kept from parsing them.
 */
function boundRequests(server: FastifyInstance): void {
  const asked = new WeakMap<Socket, number>();
  const isFull = (socket: Socket) => (asked.get(socket) ?? 0) >= MOST_ASKED_AT_ONCE;
  const count = (socket: Socket, more: 1 | -1) =>
    asked.set(socket, (asked.get(socket) ?? 0) + more);
  server.server.on('connection', (socket: Socket & { readonly parser?: Parser }) => {
    const { parser } = socket;
    const take = parser?.onIncoming;
    if (parser === undefined || take === undefined) return;
    parser.onIncoming = (request, isKeptAlive) => {
      if (!isFull(socket)) return take(request, isKeptAlive);
      socket.destroy();
      return NO_MORE_HTTP;
    };
  });
  server.server.prependListener(
    'request',
    ({ socket }: IncomingMessage, answer: ServerResponse) => {
      // By another Node's parser than is known here.
      if (isFull(socket)) socket.destroy();
      count(socket, 1);
      answer.once('close', () => count(socket, -1));
    },
  );
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.raw.socket.destroyed) return done();
    reply.hijack();
  });
}
