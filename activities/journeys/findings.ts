/**
 * Raising what does not add up, by whoever sees it: the reconciliation, or a notification.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { fullError, knownError } from '../../contract/errors.js';
import {
  type FindingInput,
  type FindingResult,
  findingInputSchema,
  reportKey,
} from '../../contract/finding.js';
import { findingWorkflowId } from '../../contract/identity.js';
import { searchAttributesOf } from '../../contract/search-attributes.js';
import { currentRun } from '../reconciliation/listed-journeys.js';
import { believedResult } from './ended-run.js';
import { isEndedAsStrayed } from './strayed.js';

/** What became of a report. Whichever it is, something durable holds it. */
export type Raised =
  /** A finding began with it. */
  | 'raised'
  /** An open finding took it, too. */
  | 'added'
  /** An open finding has it, or as many as an operator reads; or an operator has explained it. */
  | 'known'
  /** An operator had explained other reports of the reference. */
  | 'raised-again';

const ANSWER_WITHIN_MS = 10_000;
/** A finding that is being decided takes no more; it has ended a moment later. */
const TRIES = 20;
const PAUSE_MS = 250;

export function createFindingActivities(client: Client, taskQueue: string) {
  return {
    /** Raises a finding, or adds to the open one. Safe to repeat: the same report is held once. */
    raiseFinding: (finding: FindingInput): Promise<Raised> =>
      raiseFinding(client, taskQueue, finding),
  };
}

/**
 * Raises a finding, adds to the open one, or starts another where an operator has explained the earlier ones.
 *
 * @param finding - texts that are too long are cut. The same facts, word by word, are the same report.
 * @throws where Temporal does not take it, or no worker answers for an open finding: then nothing durable may hold it.
 */
export async function raiseFinding(
  client: Client,
  taskQueue: string,
  finding: FindingInput,
): Promise<Raised> {
  const input = fitting(finding);
  if (await started(client, taskQueue, input, 'REJECT_DUPLICATE')) return 'raised';
  const isOwn = (given: unknown) => {
    const { kind, partnerReferenceNo } = findingInputSchema.safeParse(given).data ?? {};
    return kind === input.kind && partnerReferenceNo === input.partnerReferenceNo;
  };
  for (let tries = 0; tries < TRIES; tries++) {
    await isEndedAsStrayed(client, idOf(input), taskQueue, isOwn);
    const told = await toldOpen(client, input);
    if (told) return told;
    const explained = await explainedBefore(client, input);
    if (explained?.includes(reportKey(input.facts))) return 'known';
    const next = { ...input, explained: [...(explained ?? [])] };
    if (explained && (await started(client, taskQueue, next, 'ALLOW_DUPLICATE')))
      return 'raised-again';
    await setTimeout(PAUSE_MS);
  }
  throw ApplicationFailure.retryable(`${idOf(input)} neither takes it nor ends`);
}

/** @returns whether it began; not where there is one, open or, with `REJECT_DUPLICATE`, ended. */
async function started(
  client: Client,
  taskQueue: string,
  input: FindingInput,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE',
): Promise<boolean> {
  const { kind, partnerReferenceNo, customerId } = input;
  try {
    await client.workflow.start('finding', {
      workflowId: idOf(input),
      taskQueue,
      args: [input],
      workflowIdReusePolicy,
      staticSummary: `${partnerReferenceNo}: ${kind}`,
      typedSearchAttributes: searchAttributesOf({
        status: 'needs-attention',
        partnerReferenceNo,
        ...(customerId && { customerId }),
      }),
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** @returns nothing where it has ended, or is about to. */
async function toldOpen(client: Client, input: FindingInput): Promise<Raised | undefined> {
  try {
    await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      client.workflow
        .getHandle(idOf(input))
        .executeUpdate<void, [{ facts: readonly string[] }]>('seenAgain', {
          args: [{ facts: input.facts }],
        }),
    );
    return 'added';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
    if (!(refusal instanceof ApplicationFailure)) throw error;
    if (refusal.type === knownError.type || refusal.type === fullError.type) return 'known';
    if (refusal.type === 'NotNow') return undefined;
    throw error;
  }
}

/** @returns the reports that operators have explained, of a finding that has ended; nothing where it has not. */
async function explainedBefore(
  client: Client,
  input: FindingInput,
): Promise<readonly string[] | undefined> {
  try {
    const run = await currentRun(client, idOf(input));
    if (run?.status === 'RUNNING') return undefined;
    // Terminated, say: nobody has explained anything.
    if (run?.status !== 'COMPLETED') return [];
    // Nothing, where nobody with a payload key has ended it.
    const believed = await believedResult(client, idOf(input), run.runId);
    return (believed?.result as FindingResult | undefined)?.explained ?? [];
  } catch (error) {
    // Temporal's retention has forgotten it meanwhile.
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

const idOf = ({ kind, partnerReferenceNo }: FindingInput) =>
  findingWorkflowId(kind, partnerReferenceNo);

/** Words are cut, and what a reference must not hold is left out of it. */
function fitting({ facts, check, partnerReferenceNo, ...rest }: FindingInput): FindingInput {
  return {
    ...rest,
    partnerReferenceNo: partnerReferenceNo.slice(0, 128).replace(/\p{Cc}/gu, ' ') || '(none)',
    facts: facts.slice(0, 20).map((fact) => fact.slice(0, 300)),
    check: check.slice(0, 300),
  };
}
