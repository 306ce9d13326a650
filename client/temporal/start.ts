import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { digestedText } from '../../contract/first-answer.js';
import { type FoundBy, searchAttributesOf } from '../../contract/search-attributes.js';

/** What is needed to start a journey, the same for all. */
export interface Start {
  readonly workflowType: string;
  readonly workflowId: string;
  /** As the schema parsed it. */
  readonly input: unknown;
  readonly schema: z.ZodType;
  /** Members of the input that the journey changes as it goes on in another run. None of them says what is moved. */
  readonly changing?: readonly string[];
  /** One line for the Temporal UI; nothing secret. */
  readonly summary: string;
  /** It may run again once it has ended: what it does is not a movement of money. */
  readonly isRepeatable?: boolean;
  /** Where the journey stands before it has begun, and whose it is. */
  readonly found?: FoundBy;
}

/** What a start may follow: no run at all, one that failed for its input and has done nothing, or any that has ended. */
export type After = 'none' | 'failed' | 'ended';

/** The reference is the identity: an ended journey is not run again under it (money rule 1). */
const REUSE = {
  none: 'REJECT_DUPLICATE',
  failed: 'ALLOW_DUPLICATE_FAILED_ONLY',
  ended: 'ALLOW_DUPLICATE',
} as const satisfies Record<After, string>;

/** @param begunBy - by which a caller knows its own start again, where it wants to. */
export const startOptionsOf = (
  { workflowId, input, summary, found }: Start,
  taskQueue: string,
  after: After,
  begunBy?: string,
) =>
  ({
    workflowId,
    taskQueue,
    args: [input],
    workflowIdReusePolicy: REUSE[after],
    staticSummary: summary,
    memo: { inputDigest: digestOf(input), ...(begunBy && { begunBy }) },
    ...(found && { typedSearchAttributes: searchAttributesOf(found) }),
  }) as const;

/** Tells two inputs apart without keeping either: the same input gives the same digest whatever its key order. */
export const digestOf = (input: unknown): string =>
  createHash('sha256').update(digestedText(input)).digest('base64url');

/** Whether two inputs are one. @param besides - members that may differ. */
export function isSame(one: unknown, other: unknown, besides: readonly string[]): boolean {
  const any = Object.fromEntries(besides.map((name) => [name, undefined]));
  const digests = [one, other].map((input) => digestOf({ ...(input as object), ...any }));
  return digests[0] === digests[1];
}
