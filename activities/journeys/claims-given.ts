/**
 * Which numbers an entity that nobody can ask any more has given to parts of batches, as its history has it.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import {
  type ClaimedNumbersInput,
  claimedNumbersInputSchema,
  claimNumbersUpdate,
  DIGEST_LENGTH,
  MOST_CLAIMING,
  numbersClaimSchema,
  numbersReleaseSchema,
  releaseNumbersUpdate,
} from '../../contract/claimed-numbers.js';

/** What a run was given, and how far that says what it has given since. */
export interface ClaimsGiven {
  readonly claims: NonNullable<ClaimedNumbersInput['claims']>;
  /** Nobody with a payload key has begun it, or no worker has gone through it: it has given nothing to anybody. */
  readonly isNobodys: boolean;
}

type Run = { readonly workflowId: string; readonly runId: string };

export async function claimsGiven(client: Client, run: Run): Promise<ClaimsGiven> {
  const { events } = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
  const byPart = new Map<string, readonly string[]>();
  let begun: Read = { is: 'in-clear' };
  let isServed = false;
  for (const event of events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (event.workflowTaskCompletedEventAttributes || started?.continuedExecutionRunId)
      isServed = true;
    if (started) {
      begun = await readIn(client, run, started.input?.payloads);
      const { data } = claimedNumbersInputSchema.safeParse(begun.value);
      for (const { part, digests } of data?.claims ?? []) byPart.set(part, inPieces(digests));
    }
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    if (update?.name)
      note(byPart, update.name, (await readIn(client, run, update.args?.payloads)).value);
  }
  const claims = [...byPart].map(([part, digests]) => ({ part, digests: digests.join('') }));
  const isNobodys = begun.is === 'in-clear' || (begun.is === 'of-another-key' && !isServed);
  return { claims, isNobodys };
}

/** As the entity itself does it. */
function note(byPart: Map<string, readonly string[]>, update: string, argument: unknown): void {
  if (update === releaseNumbersUpdate.name) {
    for (const part of numbersReleaseSchema.safeParse(argument).data?.parts ?? [])
      byPart.delete(part);
    return;
  }
  const claim = numbersClaimSchema.safeParse(argument).data;
  if (update !== claimNumbersUpdate.name || claim === undefined) return;
  byPart.delete(claim.part);
  if (byPart.size >= MOST_CLAIMING) return;
  const taken = new Set([...byPart.values()].flat());
  byPart.set(
    claim.part,
    claim.digests.filter((digest) => !taken.has(digest)),
  );
}

interface Read {
  readonly is: 'read' | 'in-clear' | 'of-another-key';
  readonly value?: unknown;
}

async function readIn(
  { options: { namespace, loadedDataConverter } }: Client,
  { workflowId }: Run,
  payloads: Payload[] | null | undefined,
): Promise<Read> {
  if (!payloads?.length) return { is: 'in-clear' };
  const context = { type: 'workflow', namespace, workflowId } as const;
  try {
    const [value] = await decodeArrayFromPayloads(loadedDataConverter, payloads, context);
    return { is: 'read', value };
  } catch (error) {
    const isInClear = error instanceof Error && error.name === 'RefusedPayloadError';
    return { is: isInClear ? 'in-clear' : 'of-another-key' };
  }
}

const inPieces = (digests: string): string[] =>
  Array.from({ length: digests.length / DIGEST_LENGTH }, (_, index) =>
    digests.slice(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH),
  );
