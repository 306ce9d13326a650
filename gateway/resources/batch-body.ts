/**
 * Rows as they come in: JSON, or a CSV file whose options stand in the query.
 *
 * @module
 */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifySchemaCompiler, RouteShorthandOptions } from 'fastify';
import * as z from 'zod';
import { rowsFromCsv, validRows } from '../../client/top-up-rows.js';
import {
  type TopUpRow,
  topUpBatchInputSchema,
  topUpRowSchema,
} from '../../contract/top-up-batch.js';
import { wholeNumber } from '../../contract/whole-number.js';
import { LargeBodies } from '../calls/large-bodies.js';
import { invalidInput } from '../problems/translation.js';
import { checkedParts } from '../validation.js';
import { queryNumber } from './query-number.js';

/** 50,000 rows with notes. */
const MOST_BYTES = 24 * 1024 * 1024;
/** Of all that come at once: each takes several times as much while it is looked at, of half a GiB that the process has. */
const MOST_BYTES_AT_ONCE = 2 * MOST_BYTES;
const MOST_PARTS = 1_000_000;

const { inFlight, waitForFunds, receiveWithin } = topUpBatchInputSchema.shape;
const options = { inFlight: inFlight.exactOptional(), waitForFunds, receiveWithin };

/** As OpenAPI shows it. */
export const batchBodySchema = z.strictObject({ ...options, rows: z.array(topUpRowSchema) });
/** As it is checked: mistakes in rows are told by row and column. */
const checkedSchema = z.strictObject({ ...options, rows: z.array(z.unknown()) });
export type BatchBody = z.output<typeof checkedSchema> | CsvBody;

/** A CSV file as it came. */
class CsvBody {
  constructor(readonly csv: Buffer) {}
}

export const csvQuerySchema = z
  .strictObject({ ...options, inFlight: queryNumber(wholeNumber(1, 200)).exactOptional() })
  .describe('Of a CSV file; in JSON they are members beside `rows`.');

/** What routes that take rows have in common. */
export const batchRoute: RouteShorthandOptions = {
  bodyLimit: MOST_BYTES,
  config: { mostParts: MOST_PARTS },
  schema: { consumes: ['application/json', 'text/csv'], querystring: csvQuerySchema },
  validatorCompiler: ((route) => (data: unknown) => {
    if (route.httpPart !== 'body') return checkedParts(route)(data);
    if (data instanceof CsvBody) return { value: data };
    return checkedParts({ ...route, schema: checkedSchema })(data);
  }) as FastifySchemaCompiler<z.ZodType> as FastifySchemaCompiler<unknown>,
};

/** For the routes of one plugin: refuses what there is no room for, before it is read. */
export function boundBodies(server: FastifyInstance): void {
  const bodies = new LargeBodies(MOST_BYTES_AT_ONCE);
  server.addHook('preParsing', async (request, reply, body) => {
    const isTooLarge = Number(request.headers['content-length'] ?? 0) > MOST_BYTES;
    return request.routeOptions.bodyLimit !== MOST_BYTES || isTooLarge
      ? body
      : bodies.take(request, reply, body as Readable);
  });
  server.addHook('onSend', async (request) => bodies.release(request));
}

/** For the routes of one plugin: nobody else takes it. */
export function takeCsv(server: FastifyInstance): void {
  server.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, new CsvBody(body as Buffer)),
  );
}

/** @throws InvalidRowsError naming every mistake by row and column. */
export const rowsIn = (body: BatchBody): Promise<TopUpRow[]> =>
  body instanceof CsvBody ? rowsFromCsv(body.csv) : validRows(body.rows);

/** @throws Problem `InvalidInput` for options in the query of JSON. */
export function optionsIn(body: BatchBody, query: z.output<typeof csvQuerySchema>) {
  if (body instanceof CsvBody) return query;
  const { rows: _rows, ...own } = body;
  const { receiveWithin: _default, ...given } = query;
  const [name] = Object.keys(given);
  if (name !== undefined)
    throw invalidInput([{ path: `query.${name}`, message: 'stands beside `rows` in JSON' }]);
  return own;
}
