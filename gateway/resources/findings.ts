/**
 * What does not add up between here and DOKU, and waits for an operator.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import * as z from 'zod';
import { allBegunWith, type BegunWith } from '../../client/temporal/begun-with.js';
import { type ListedRun, listedPage } from '../../client/temporal/listing.js';
import { toldNow } from '../../client/temporal/told-now.js';
import { isOfToken } from '../../client/temporal/translated.js';
import { visibilityQuery } from '../../client/temporal/visibility-query.js';
import {
  findingInputSchema,
  findingKindSchema,
  findingViewSchema,
} from '../../contract/finding.js';
import { findingWorkflowId } from '../../contract/identity.js';
import { instantSchema } from '../../contract/instant.js';
import type { Cursors } from '../calls/cursors.js';
import { invalidInput } from '../problems/translation.js';
import type { Gateway } from './gateway.js';
import { problemResponses } from './problem-responses.js';

const A_PAGE = 500;
const NOT_GIVEN = 'must be what an earlier answer gave as `next`';

/** How far in Temporal's list, by its own token, which it looks at for a long while where it is a strange one. */
const placeSchema = z.object({ token: z.base64().min(1), proof: z.string() });
const placeOf = (token: string) => `findings ${token}`;
const nextOf = (token: string, cursors: Cursors) =>
  Buffer.from(JSON.stringify({ token, proof: cursors.proofOf(placeOf(token)) })).toString(
    'base64url',
  );

/** @throws Problem `InvalidInput` for what no answer gave. */
function tokenIn(after: string, cursors: Cursors): string {
  try {
    const given = JSON.parse(Buffer.from(after, 'base64url').toString());
    const { token, proof } = placeSchema.parse(given);
    if (cursors.isProven(placeOf(token), proof)) return token;
  } catch {
    // Not even one of another's.
  }
  throw notGiven();
}

const notGiven = (cause?: unknown) =>
  invalidInput([{ path: 'query.after', message: NOT_GIVEN }], cause);

/** Temporal may have forgotten what it gave. */
async function pageOf(client: Client, query: string, token: string | undefined) {
  try {
    return await listedPage(client, query, A_PAGE, token);
  } catch (error) {
    throw token !== undefined && isOfToken(error) ? notGiven(error) : error;
  }
}

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
    /** There are more than are listed: ask again with `next` as `after`. */
    isPartial: z.boolean(),
    next: z.string().exactOptional(),
    /** So many more of this page are nobody's with the workers' payload keys, and are not listed. */
    unread: z.int().min(0),
  })
  .readonly();

const keySchema = z.object({
  kind: findingKindSchema,
  partnerReferenceNo: findingInputSchema.shape.partnerReferenceNo,
});

export function addFindings({ server, client, taskQueue, calls, cursors }: Gateway): void {
  const query = visibilityQuery({ workflowTypes: ['finding'], isRunning: true, taskQueue });
  const list = async (kind: string | undefined, from: string | undefined) => {
    const { runs, token } = await pageOf(client, query, from);
    const own = runs.filter((run) => run.taskQueue === taskQueue);
    const all = (await allBegunWith(client, own)).map(({ run, begun }) => openIn(run, begun));
    const findings = all.filter((finding) => finding !== undefined);
    return {
      findings: findings.filter((finding) => kind === undefined || finding.kind === kind),
      isPartial: token !== undefined,
      ...(token && { next: nextOf(token, cursors) }),
      unread: all.length - findings.length,
    };
  };
  server.get(
    '/v1/findings',
    {
      config: { scope: 'reconciliation:read' },
      schema: {
        tags: ['reconciliation'],
        summary: 'Findings that nobody has decided on, the newest first',
        description:
          'A page has 500 at most: while `isPartial`, give its `next` as `after`. What somebody has begun who has none of the workers’ payload keys is no finding, and only counted.',
        querystring: z.strictObject({
          kind: findingKindSchema.optional(),
          after: z.string().max(4_000).optional().describe('`next` of the answer before'),
        }),
        response: { 200: listSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { kind, after } = request.query as { kind?: string; after?: string };
      const token = after === undefined ? undefined : tokenIn(after, cursors);
      return calls.answer(() => list(kind, token));
    },
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

/** @returns nothing of one that nobody with these payload keys has begun, or not as the finding that its ID names. */
function openIn({ workflowId, startedAt }: ListedRun, begun: BegunWith) {
  if (begun.kind !== 'own') return undefined;
  const { kind, partnerReferenceNo, customerId } =
    findingInputSchema.safeParse(begun.input).data ?? {};
  if (kind === undefined || partnerReferenceNo === undefined) return undefined;
  if (findingWorkflowId(kind, partnerReferenceNo) !== workflowId) return undefined;
  return {
    kind,
    partnerReferenceNo,
    ...(customerId && { customerId }),
    since: startedAt.toISOString(),
  };
}
