import { createHash } from 'node:crypto';
import type { SerializationContext } from '@temporalio/common';

/** Where a payload belongs: what it was encrypted for. */
export interface PayloadPlace {
  readonly namespace: string;
  readonly workflowId: string;
  /** Of the activity that it is an argument, a result or a failure of. */
  readonly activityId?: string;
}

/** Of SHA-256: to find another place of the same digest takes 2^96 tries. */
export const PLACE_BYTES = 12;
/** Those of the workflows at hand; a digest costs a fraction of an encryption. */
const MOST_KEPT = 1_000;

/** @returns nothing where nobody said what a payload is for. */
export function placeOf(context: SerializationContext | undefined): PayloadPlace | undefined {
  if (context === undefined) return undefined;
  const { namespace, workflowId = '' } = context;
  if (context.type === 'workflow') return { namespace, workflowId };
  return { namespace, workflowId, activityId: context.activityId ?? '' };
}

/**
 * Digests of places, as payloads carry them: twelve bytes in the place of names that come with every payload of a history.
 * No place has a digest of zeros.
 */
export class PlaceDigests {
  readonly #kept = new Map<string, Buffer>();

  of(context: SerializationContext | undefined): Buffer {
    const place = placeOf(context);
    if (place === undefined) return Buffer.alloc(PLACE_BYTES);
    const { namespace, workflowId, activityId } = place;
    const text = JSON.stringify(
      activityId === undefined ? [namespace, workflowId] : [namespace, workflowId, activityId],
    );
    const kept = this.#kept.get(text);
    if (kept) return kept;
    const digest = createHash('sha256').update(text).digest().subarray(0, PLACE_BYTES);
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(text, digest);
    return digest;
  }
}
