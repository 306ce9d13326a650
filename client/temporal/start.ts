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

/**
 * The same in the words of Temporal's SDK.
 *
 * @param isAgain - after a run that has failed for its input, and has done nothing.
 */
export const startOptionsOf = (
  { workflowId, input, summary, found, isRepeatable }: Start,
  taskQueue: string,
  isAgain: boolean,
) =>
  ({
    workflowId,
    taskQueue,
    args: [input],
    // The reference is the identity: an ended journey is not run again under it (money rule 1).
    workflowIdReusePolicy: isRepeatable
      ? 'ALLOW_DUPLICATE'
      : isAgain
        ? 'ALLOW_DUPLICATE_FAILED_ONLY'
        : 'REJECT_DUPLICATE',
    staticSummary: summary,
    memo: { inputDigest: digestOf(input) },
    ...(found && { typedSearchAttributes: searchAttributesOf(found) }),
  }) as const;

/** Tells two inputs apart without keeping either: the same input gives the same digest whatever its key order. */
export const digestOf = (input: unknown): string =>
  createHash('sha256').update(digestedText(input)).digest('base64url');
