/**
 * Bodies as they are taken: JSON that means one thing to everybody.
 *
 * @module
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasDuplicateMembers } from '../activities/snap/json-text.js';
import { Problem } from './problems/problem.js';
import { invalidInput } from './problems/translation.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Members and entries of a body, where it may have many. */
    mostParts?: number;
  }
}

/** In place of fastify's own parsers, which take a member that is named twice, and make letters of bytes that are none. */
export function takeJson(server: FastifyInstance): void {
  server.addHook('preParsing', async (request) => {
    if (!request.is404) assertPlainUtf8(request);
  });
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      const text = utf8In(bytes);
      if (text === undefined) return done(invalidInput([NOT_UTF8]));
      if (text.startsWith(BOM)) return done(invalidInput([MARKED]));
      if (text.trim() === '') return done(null, undefined);
      if (hasDuplicateMembers(text, request.routeOptions.config.mostParts))
        return done(
          invalidInput([{ path: 'body', message: 'names a member twice, or is too deep' }]),
        );
      return parse(request, text, done);
    },
  );
}

const BOM = '\u{feff}';
const NOT_UTF8 = { path: 'body', message: 'is not UTF-8' };
const MARKED = { path: 'body', message: 'begins with a byte order mark: leave it out' };

/** @returns nothing for what is none; a byte order mark stays. */
function utf8In(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
const UTF8 = /^(?:utf-?8|us-ascii)$/i;

/** @throws Problem where the headers say that the body is to be read otherwise than it would be. */
function assertPlainUtf8({ headers }: FastifyRequest): void {
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !UTF8.test(charset))
    throw new Problem('UnsupportedMediaType', 'the body must be UTF-8, and its charset no other');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && !/^identity$/i.test(encoding))
    throw new Problem(
      'UnsupportedMediaType',
      'the body must not be compressed: no Content-Encoding',
    );
}
