/**
 * The pages a customer sees: create PIN, agree to a binding, pay.
 *
 * @module
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Doku } from '../doku.js';
import { bindingPages } from './binding.js';
import { ended, page } from './layout.js';
import { payPages } from './pay.js';
import { pinPages } from './pin.js';
import { type Language, languageOf, wordsIn } from './words.js';

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

export const languageIn = (request: FastifyRequest): Language =>
  languageOf((request.query as Record<string, unknown>).lang, request.headers['accept-language']);

/** The fields of a submitted form. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
}

export const show = (reply: FastifyReply, text: string, status = 200) =>
  reply.code(status).type('text/html; charset=utf-8').send(text);

export function missing(request: FastifyRequest, reply: FastifyReply) {
  const language = languageIn(request);
  const words = wordsIn(language);
  return show(reply, page(language, words.done, ended(words, words.notFound, undefined)), 404);
}
