/**
 * What has been begun by somebody without a payload key, who can begin whatever they like on whichever task queue.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type proto from '@temporalio/proto';

export interface Read {
  readonly is: 'read' | 'in-clear' | 'of-another-key';
  readonly value?: unknown;
}

/** The first of a workflow's payloads, as far as it can be read. */
export async function readFor(
  { options: { namespace, loadedDataConverter } }: Client,
  workflowId: string,
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

type Event = proto.temporal.api.history.v1.IHistoryEvent;

/**
 * Whether nobody with a payload key has begun a run: it was so in the clear, or with a key that is none here, and no worker has
 * gone through it. One that goes on from a run before, or that has been worked on, may be of workers with other keys.
 *
 * @param begun - its input.
 */
export const isBegunByNobody = (begun: Read, events: readonly Event[]): boolean =>
  begun.is === 'in-clear' ||
  (begun.is === 'of-another-key' &&
    !events.some(
      (event) =>
        event.workflowTaskCompletedEventAttributes ||
        event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId,
    ));
