/**
 * What does not add up between here and DOKU, and waits for an operator.
 *
 * @module
 */
import * as z from 'zod';
import { listedRuns } from '../../client/temporal/listing.js';
import { toldNow } from '../../client/temporal/told-now.js';
import { visibilityQuery } from '../../client/temporal/visibility-query.js';
import {
  findingInputSchema,
  findingKindSchema,
  findingViewSchema,
} from '../../contract/finding.js';
import { findingWorkflowId } from '../../contract/identity.js';
import { instantSchema } from '../../contract/instant.js';
import type { Gateway } from './gateway.js';
import { problemResponses } from './problem-responses.js';

const MOST = 1_000;

const listSchema = z
  .object({
    findings: z
      .array(
        z
          .object({
            kind: findingKindSchema,
            partnerReferenceNo: z.string(),
            customerId: z.string().exactOptional(),
            /** ISO 8601: since when it is open. */
            since: instantSchema,
          })
          .readonly(),
      )
      .readonly(),
    /** There are more than are listed. */
    isPartial: z.boolean(),
  })
  .readonly();

const keySchema = z.object({
  kind: findingKindSchema,
  partnerReferenceNo: findingInputSchema.shape.partnerReferenceNo,
});

export function addFindings({ server, client, calls }: Gateway): void {
  const list = async (kind: string | undefined) => {
    const query = visibilityQuery({ workflowTypes: ['finding'], isRunning: true });
    const findings = [];
    for await (const { workflowId, customerId, startedAt } of listedRuns(client, query)) {
      // The reference may hold slashes of its own.
      const [, own = '', ...rest] = workflowId.split('/');
      if (kind !== undefined && own !== kind) continue;
      if (findings.length === MOST) return { findings, isPartial: true };
      findings.push({
        kind: own,
        partnerReferenceNo: rest.join('/'),
        ...(customerId && { customerId }),
        since: startedAt.toISOString(),
      });
    }
    return { findings, isPartial: false };
  };
  server.get(
    '/v1/findings',
    {
      config: { scope: 'reconciliation:read' },
      schema: {
        tags: ['reconciliation'],
        summary: 'Findings that nobody has decided on, the newest first',
        querystring: z.strictObject({ kind: findingKindSchema.optional() }),
        response: { 200: listSchema, ...problemResponses },
      },
    },
    (request) => calls.answer(() => list((request.query as { kind?: string }).kind)),
  );
  server.get(
    '/v1/findings/:kind/:partnerReferenceNo',
    {
      config: { scope: 'reconciliation:read' },
      schema: {
        tags: ['reconciliation'],
        summary: 'What is known of one, and what was decided',
        params: keySchema,
        response: { 200: findingViewSchema, ...problemResponses },
      },
    },
    (request) => {
      const { kind, partnerReferenceNo } = request.params as z.output<typeof keySchema>;
      const workflowId = findingWorkflowId(kind, partnerReferenceNo);
      return calls.ask(() => toldNow(client, workflowId, 'status'), workflowId);
    },
  );
}
