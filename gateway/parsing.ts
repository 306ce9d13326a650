/**
 * Bodies as they are taken: JSON that means one thing to everybody.
 *
 * @module
 */
import type { FastifyInstance } from 'fastify';
import { hasDuplicateMembers } from '../activities/snap/json-text.js';
import { invalidInput } from './problems/translation.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Members and entries of a body, where it may have many. */
    mostParts?: number;
  }
}

/** In place of fastify's own parsers, which take a member that is named twice. */
export function takeJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, text, done) => {
      if (text.trim() === '') return done(null, undefined);
      if (hasDuplicateMembers(text, request.routeOptions.config.mostParts))
        return done(
          invalidInput([{ path: 'body', message: 'names a member twice, or is too deep' }]),
        );
      return parse(request, text, done);
    },
  );
}
