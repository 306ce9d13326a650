/**
 * The worker's HTTP endpoint for its platform: `GET /health` (the process lives), `GET /ready` (it takes work, or says why not).
 *
 * @module
 */
import fastify, { type FastifyInstance } from 'fastify';
import { boundConnections } from './connections.js';

/** Of a platform's probes. */
const MOST_CONNECTIONS = 100;

export interface HealthOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The worker's state; `RUNNING` is ready. */
  readonly state: () => string;
  /** Why a running worker is not ready all the same; nothing where it is. */
  readonly reasons?: () => Promise<readonly string[]>;
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws Node's `EADDRINUSE` when the port is taken. */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const server: FastifyInstance = fastify({ forceCloseConnections: true });
  boundConnections(server, MOST_CONNECTIONS);
  server.get('/health', async () => ({ status: 'ok' }));
  server.get('/ready', async (_request, reply) => {
    const state = options.state();
    const reasons =
      state === 'RUNNING' ? ((await options.reasons?.()) ?? []) : [`the worker is ${state}`];
    return reply.code(reasons.length === 0 ? 200 : 503).send({ state, reasons });
  });
  const url = await server.listen({ host: options.host, port: options.port });
  return { url, close: () => server.close() };
}
