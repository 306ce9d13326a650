/**
 * Headers as they arrived: names and values in turn, as Node's `rawHeaders`, before what came twice was joined or dropped.
 *
 * @module
 */
import type { FastifyInstance } from 'fastify';

/** Has Node drop no header, and answer none by itself. */
export function takeAllHeaders({ server }: FastifyInstance): void {
  // Of more than 2,000 it would drop the last ones, a second `Authorization` among them. Their bytes are limited.
  server.maxHeadersCount = 0;
  // What nobody knows how to expect may be passed over (RFC 9110, 10.1.1). Node would refuse it without a word.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const wanted = name.toLowerCase();
  return rawHeaders.filter(
    (_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted,
  );
}

/** Whether two readers could take two for the one who asks. */
export const isAuthorizedTwice = (rawHeaders: readonly string[]): boolean =>
  valuesOf(rawHeaders, 'authorization').length > 1;

/** What whoever asks so is told. */
export const AUTHORIZED_TWICE = 'Authorization is given twice: send the one that is meant';
