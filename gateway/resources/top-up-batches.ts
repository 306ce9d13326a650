import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { openingReferenceSchema, topUpBatchWorkflowId } from '../../contract/identity.js';
import {
  ROWS_A_PART,
  topUpBatchInputSchema,
  topUpBatchOutcomeSchema,
  topUpBatchStatusSchema,
  topUpBatchViewSchema,
  topUpRowResultSchema,
} from '../../contract/top-up-batch.js';
import { wholeNumber } from '../../contract/whole-number.js';
import {
  type BatchBody,
  batchBodySchema,
  batchRoute,
  boundBodies,
  type csvQuerySchema,
  optionsIn,
  rowsIn,
  takeCsv,
} from './batch-body.js';
import { dryRun, dryRunSchema } from './dry-run.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';
import { problemResponses } from './problem-responses.js';
import { queryNumber } from './query-number.js';

type Key = { batchReference: string };
/** As it is asked for. */
type Batch = Key & { readonly body: BatchBody; readonly query: z.output<typeof csvQuerySchema> };

const keySchema = z.object({ batchReference: openingReferenceSchema });

/** `/v1/top-up-batches/{batchReference}`, JSON or CSV. */
export function addTopUpBatches(outer: Gateway): void {
  outer.server.register(async (server: FastifyInstance) => {
    boundBodies(server);
    takeCsv(server);
    const gateway: Gateway = { ...outer, server };
    const { topUpBatch } = gateway.journeys;
    const resource: JourneyResource<Key, z.output<typeof topUpBatchViewSchema>> = {
      tag: 'top-up batches',
      url: '/v1/top-up-batches/:batchReference',
      key: keySchema,
      scopes: { read: 'batches:read', write: 'batches:write' },
      workflowId: ({ batchReference }) => topUpBatchWorkflowId(batchReference),
      view: topUpBatchViewSchema,
      statuses: topUpBatchStatusSchema.options,
      ends: topUpBatchOutcomeSchema.options,
      ...followed(topUpBatch, ({ batchReference }) => batchReference),
    };
    addStatus(gateway, resource);
    addBatchStart(gateway, resource);
    addDryRun(gateway);
    addResults(gateway);
    addAction(gateway, resource, {
      name: 'pause',
      summary: 'Send no more rows; those under way go on',
      answer: topUpBatchViewSchema,
      act: ({ batchReference }, _body, options) => topUpBatch.pause(batchReference, options),
    });
    addAction(gateway, resource, {
      name: 'go-on',
      summary: 'Send the rest',
      answer: topUpBatchViewSchema,
      act: ({ batchReference }, _body, options) => topUpBatch.goOn(batchReference, options),
    });
    addAction(gateway, resource, {
      name: 'funded',
      summary: 'Money came into the corporate balance: try again now',
      act: ({ batchReference }, _body, options) => topUpBatch.funded(batchReference, options),
    });
  });
}

function addBatchStart(
  gateway: Gateway,
  resource: JourneyResource<Key, z.output<typeof topUpBatchViewSchema>>,
): void {
  const { topUpBatch } = gateway.journeys;
  addStart(gateway, resource, {
    summary: 'Pay out all rows: send it to `dry-run` first',
    description:
      'JSON, or a CSV file in UTF-8 with the header `partnerReferenceNo,customerId,amount` and, if wanted, `notes`. All rows are checked before the first rupiah moves.',
    body: batchBodySchema,
    input: topUpBatchInputSchema,
    answer: topUpBatchViewSchema,
    route: batchRoute,
    given: ({ params, body, query }): Batch => ({
      ...(params as Key),
      body: body as BatchBody,
      query: query as Batch['query'],
    }),
    start: async ({ batchReference, body, query }, options) => {
      await topUpBatch.start(
        { batchReference, rows: await rowsIn(body), ...optionsIn(body, query) },
        options,
      );
      return topUpBatch.status(batchReference, options);
    },
  });
}

function addDryRun({ server, client, calls }: Gateway): void {
  server.post(
    '/v1/top-up-batches/:batchReference/dry-run',
    {
      ...batchRoute,
      // It tells what became of single top-ups, which whoever pays the rows out learns anyway, and no reader of batches may.
      config: { ...batchRoute.config, scope: 'batches:write' },
      schema: {
        ...batchRoute.schema,
        tags: ['top-up batches'],
        summary: 'What a batch would do: rows, total, what is new, what was paid before',
        description:
          'Nothing is started. What was before is what Temporal still has of it, in this batch or any other, and of single top-ups.',
        params: keySchema,
        body: batchBodySchema,
        response: { 200: dryRunSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { batchReference } = request.params as Key;
      const body = request.body as BatchBody;
      optionsIn(body, request.query as z.output<typeof csvQuerySchema>);
      const rows = await rowsIn(body);
      return calls.answer(({ signal }) => dryRun(client, batchReference, rows, signal));
    },
  );
}

const resultsSchema = z
  .object({
    part: z.int(),
    /** How many parts there are, from zero. */
    parts: z.int(),
    /** Whether all rows of the part have their end. */
    isEnded: z.boolean(),
    /** Of the rows that have their end, in the order of the rows. */
    results: z.array(topUpRowResultSchema).readonly(),
  })
  .readonly();

function addResults({ server, journeys, calls }: Gateway): void {
  server.get(
    '/v1/top-up-batches/:batchReference/results',
    {
      config: { scope: 'batches:read' },
      schema: {
        tags: ['top-up batches'],
        summary: `One result a row, ${ROWS_A_PART} rows a part`,
        params: keySchema,
        querystring: z.strictObject({ part: queryNumber(wholeNumber(0, 1_000)).default(0) }),
        response: { 200: resultsSchema, ...problemResponses },
      },
    },
    (request) => {
      const { batchReference } = request.params as Key;
      const { part } = request.query as { part: number };
      return calls.ask(
        (options) => journeys.topUpBatch.part(batchReference, part, options),
        topUpBatchWorkflowId(batchReference),
      );
    },
  );
}
