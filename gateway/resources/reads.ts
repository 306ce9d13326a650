/**
 * What only asks DOKU. What is somebody's, such as a bank account's number, is never part of a URL.
 *
 * @module
 */
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { CallOptions } from '../../client/temporal/in-time.js';
import { customerIdSchema } from '../../contract/identity.js';
import {
  accountInquirySchema,
  accountViewSchema,
  balanceInquirySchema,
  balanceSchema,
  bankAccountInquirySchema,
  bankAccountViewSchema,
  historyDetailSchema,
  historyEntrySchema,
} from '../../contract/reads.js';
import { firstEntries, historyQuerySchema, historySchema } from './customer-history.js';
import type { Gateway } from './gateway.js';
import { problemResponses } from './problem-responses.js';

interface Read<Input extends z.ZodObject> {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly summary: string;
  /** Of the URL's parameters, or of the body. */
  readonly input: Input;
  readonly answer: z.ZodType;
  readonly ask: (input: z.output<Input>, options: CallOptions) => Promise<unknown>;
}

export function addReads(gateway: Gateway): void {
  const { reads } = gateway.journeys;
  addRead(gateway, {
    method: 'GET',
    url: '/v1/customers/:customerId/balance',
    summary: 'What is on a customer’s wallet',
    input: balanceInquirySchema,
    answer: balanceSchema,
    ask: ({ customerId }, options) => reads.balance(customerId, options),
  });
  addRead(gateway, {
    method: 'GET',
    url: '/v1/accounts/:accountId',
    summary: 'Whether a DOKU account is bound to this merchant',
    input: accountInquirySchema,
    answer: accountViewSchema,
    ask: ({ accountId }, options) => reads.account(accountId, options),
  });
  addRead(gateway, {
    method: 'POST',
    url: '/v1/bank-account-inquiries',
    summary: 'Whose bank account it is',
    input: bankAccountInquirySchema,
    answer: bankAccountViewSchema,
    ask: (input, options) => reads.bankAccount(input, options),
  });
  addRead(gateway, {
    method: 'GET',
    url: '/v1/customers/:customerId/transactions/:partnerReferenceNo',
    summary: 'One transaction, by your reference',
    input: historyDetailSchema,
    answer: historyEntrySchema,
    ask: ({ customerId, partnerReferenceNo }, options) =>
      reads.transaction(customerId, partnerReferenceNo, options),
  });
  addHistory(gateway);
}

function addRead<Input extends z.ZodObject>({ server, calls }: Gateway, read: Read<Input>): void {
  const { method, url, summary, input, answer, ask } = read;
  const place = method === 'GET' ? 'params' : 'body';
  server.route({
    method,
    url,
    config: { scope: 'reads' },
    schema: {
      tags: ['reads'],
      summary,
      // Parameters are written out, where a body refers to its schema.
      [place]: place === 'params' ? z.object(input.shape) : input,
      response: { 200: answer, ...problemResponses },
    },
    handler: (request: FastifyRequest) =>
      calls.read((options) => ask(request[place] as z.output<Input>, options)),
  });
}

function addHistory({ server, calls, journeys }: Gateway): void {
  server.get(
    '/v1/customers/:customerId/transactions',
    {
      config: { scope: 'reads' },
      schema: {
        tags: ['reads'],
        summary: 'A customer’s transactions, newest first, over any range within the last year',
        params: z.object({ customerId: customerIdSchema }),
        querystring: historyQuerySchema,
        response: { 200: historySchema, ...problemResponses },
      },
    },
    (request) => {
      const { customerId } = request.params as { customerId: string };
      const query = request.query as z.output<typeof historyQuerySchema>;
      return calls.read((options) =>
        firstEntries(query, (range) => journeys.reads.history(customerId, range, options)),
      );
    },
  );
}
