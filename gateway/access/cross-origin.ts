/**
 * What a browser asks before a page of another origin may ask, and what it wants to be told with each answer.
 *
 * @module
 */
import type { FastifyInstance } from 'fastify';

/** Before anything else of a request is looked at: a browser asks it without a key. */
export function answerBrowsers(server: FastifyInstance, allowedOrigins: readonly string[]): void {
  server.addHook('onRequest', async ({ method, headers }, reply) => {
    const { origin } = headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return undefined;
    reply
      .header('access-control-allow-origin', origin)
      .header('access-control-expose-headers', 'location, retry-after, x-request-id')
      .header('vary', 'origin');
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined)
      return undefined;
    return reply
      .header('access-control-allow-methods', 'GET, PUT, POST')
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-max-age', '600')
      .code(204)
      .send();
  });
}
