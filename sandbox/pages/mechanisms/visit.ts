import type { FastifyReply, FastifyRequest } from 'fastify';
import { ended, page } from './layout.js';
import { type Language, languageOf, wordsIn } from './words.js';

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
