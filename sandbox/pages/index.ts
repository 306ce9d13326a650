/**
 * The pages a customer sees: DOKU's, where one creates a PIN, agrees to a binding and pays, and the example shop's.
 *
 * @module
 */
import type { FastifyInstance } from 'fastify';
import type { Doku } from '../doku/index.js';
import { bindingPages } from './binding.js';
import { payPages } from './pay.js';
import { pinPages } from './pin.js';
import { shopPages } from './shop.js';

export function pages(server: FastifyInstance, doku: Doku): void {
  server.register(
    async (scope) => {
      holdTight(scope);
      pinPages(scope, doku);
      bindingPages(scope, doku);
      payPages(scope, doku);
    },
    { prefix: '/pages' },
  );
  server.register(
    async (scope) => {
      holdTight(scope);
      shopPages(scope, doku);
    },
    { prefix: '/shop' },
  );
}

/** Nothing is kept, told on or framed, and nothing runs in it. */
function holdTight(scope: FastifyInstance): void {
  scope.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    reply.header('referrer-policy', 'no-referrer');
    reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
  });
}
