/**
 * The pages a customer sees: create PIN, agree to a binding, pay.
 *
 * @module
 */
import type { FastifyInstance } from 'fastify';
import type { Doku } from '../doku/index.js';
import { bindingPages } from './binding.js';
import { payPages } from './pay.js';
import { pinPages } from './pin.js';

export function pages(server: FastifyInstance, doku: Doku): void {
  server.register(
    async (scope) => {
      scope.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        reply.header('referrer-policy', 'no-referrer');
        reply.header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        );
      });
      pinPages(scope, doku);
      bindingPages(scope, doku);
      payPages(scope, doku);
    },
    { prefix: '/pages' },
  );
}
