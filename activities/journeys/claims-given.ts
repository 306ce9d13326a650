/**
 * Which numbers an entity that nobody can ask any more has given to parts of batches, as its history has it.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
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
import { isBegunByNobody, type Read, readFor } from './nobodys.js';

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
  for (const event of events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) {
      begun = await readFor(client, run.workflowId, started.input?.payloads);
      const { data } = claimedNumbersInputSchema.safeParse(begun.value);
      for (const { part, digests } of data?.claims ?? []) byPart.set(part, inPieces(digests));
    }
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    if (update?.name)
      note(
        byPart,
        update.name,
        (await readFor(client, run.workflowId, update.args?.payloads)).value,
      );
  }
  const claims = [...byPart].map(([part, digests]) => ({ part, digests: digests.join('') }));
  return { claims, isNobodys: isBegunByNobody(begun, events ?? []) };
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

const inPieces = (digests: string): string[] =>
  Array.from({ length: digests.length / DIGEST_LENGTH }, (_, index) =>
    digests.slice(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH),
  );
