/**
 * What a run in Temporal's lists was begun with. The lists themselves are anybody's to write: IDs, search attributes and all.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { ListedRun } from './listing.js';
import { ownInput } from './own-input.js';
import { GRPC, grpcOf } from './translated.js';

/** What the payload codec says of a key that it lacks. */
const OF_ANOTHER_KEY: ReadonlySet<string> = new Set([
  'UnknownPayloadKeyError',
  'WrongPayloadKeyError',
]);
const AT_ONCE = 20;

/** By whom it was begun, as far as that can be told. */
export type BegunWith =
  /** By somebody with these payload keys, for this workflow ID. */
  | { readonly kind: 'own'; readonly input: unknown }
  /** By somebody with another key. */
  | { readonly kind: 'locked' }
  /** By somebody without any; or it is forgotten. */
  | { readonly kind: 'nobodys' };

/** @throws what Temporal throws where it does not tell. */
export async function begunWith(
  client: Client,
  { workflowId, runId }: Pick<ListedRun, 'workflowId' | 'runId'>,
): Promise<BegunWith> {
  try {
    const input = await ownInput(client, { workflowId, runId });
    return input === undefined || input === null ? { kind: 'nobodys' } : { kind: 'own', input };
  } catch (error) {
    const { code } = grpcOf(error) ?? {};
    if (code !== undefined && code !== GRPC.NOT_FOUND) throw error;
    return { kind: OF_ANOTHER_KEY.has((error as Error).name) ? 'locked' : 'nobodys' };
  }
}

/** The same of many, a few at once, in their order. */
export async function allBegunWith<Run extends Pick<ListedRun, 'workflowId' | 'runId'>>(
  client: Client,
  runs: readonly Run[],
): Promise<{ readonly run: Run; readonly begun: BegunWith }[]> {
  const all: { run: Run; begun: BegunWith }[] = [];
  for (let at = 0; at < runs.length; at += AT_ONCE)
    all.push(
      ...(await Promise.all(
        runs
          .slice(at, at + AT_ONCE)
          .map(async (run) => ({ run, begun: await begunWith(client, run) })),
      )),
    );
  return all;
}
