import * as z from 'zod';
import { reconciliationCsv, reconciliationPage } from '../../client/reconciliation-report.js';
import { reconciliationWorkflowId } from '../../contract/identity.js';
import { instantSchema } from '../../contract/instant.js';
import {
  reconciliationInputSchema,
  reconciliationOutcomeSchema,
  reconciliationStatusSchema,
  reconciliationViewSchema,
} from '../../contract/reconciliation.js';
import { Problem } from '../problems/problem.js';
import { addFindings } from './findings.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addStart, addStatus, type JourneyResource } from './journey-routes.js';
import { problemResponses } from './problem-responses.js';

type Key = { from: string; to: string };

const URL_OF = '/v1/reconciliations/:from/:to';
const keySchema = z.object({ from: instantSchema, to: instantSchema });
const periodOf = ({ from, to }: Key) => ({ from: new Date(from), to: new Date(to) });

/** `/v1/reconciliations/{from}/{to}`, and what they found. */
export function addReconciliations(gateway: Gateway): void {
  const { reconciliation } = gateway.journeys;
  const resource: JourneyResource<Key, z.output<typeof reconciliationViewSchema>> = {
    tag: 'reconciliation',
    url: URL_OF,
    key: keySchema,
    scopes: { read: 'reconciliation:read', write: 'reconciliation:write' },
    workflowId: (key) => {
      const { from, to } = periodOf(key);
      return reconciliationWorkflowId(`${from.toISOString()}_${to.toISOString()}`);
    },
    view: reconciliationViewSchema,
    statuses: reconciliationStatusSchema.options,
    ends: reconciliationOutcomeSchema.options,
    ...followed(reconciliation, periodOf),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Hold what ended in a period that is over against DOKU’s books',
    description:
      'Journeys that ended from `from` until before `to`, four weeks at most. Once it has ended, the same period may be reconciled again: 200, and the report says what changed.',
    body: z.strictObject({}).nullish(),
    input: reconciliationInputSchema,
    answer: reconciliationViewSchema,
    given: ({ params }) => periodOf(params as Key),
    start: async (period, options) => {
      await reconciliation.start(period, options);
      return reconciliation.status(period, options);
    },
  });
  addReports(gateway, resource.workflowId);
  addFindings(gateway);
}

const FORMS = {
  'report.csv': { type: 'text/csv; charset=utf-8', written: reconciliationCsv },
  'report.html': { type: 'text/html; charset=utf-8', written: reconciliationPage },
} as const;

function addReports(gateway: Gateway, workflowId: (key: Key) => string): void {
  const { server, calls, journeys } = gateway;
  for (const [name, { type, written }] of Object.entries(FORMS)) {
    server.get(
      `${URL_OF}/${name}`,
      {
        config: { scope: 'reconciliation:read' },
        schema: {
          tags: ['reconciliation'],
          summary: `Its report, as ${name.split('.')[1]?.toUpperCase()}`,
          produces: [type],
          params: keySchema,
          response: { 200: z.string(), ...problemResponses },
        },
      },
      async (request, reply) => {
        const key = request.params as Key;
        const { result } = await calls.ask(
          (options) => journeys.reconciliation.status(periodOf(key), options),
          workflowId(key),
        );
        if (!result) throw new Problem('NotNow', 'the reconciliation has not ended yet');
        return reply
          .type(type)
          .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
          .serializer((text: string) => text)
          .send(written(result));
      },
    );
  }
}
