/**
 * What a journey learns by the marks of `event-mark.ts`: whether its workers have a receiver of events.
 *
 * @module
 */
import type { Payload } from '@temporalio/common';
import { rulesIn } from './event-mark.js';
import { ownOf } from './own.js';

/** What one journey has learned. */
export interface EventReceiver {
  isKnown: boolean;
  /**
   * From 2 on a journey tells only what a worker that tells has itself gone through, as a patch says: one that knows nothing of
   * events may have gone through the same before, in a fleet of both. By 1 it tells without one.
   */
  rules: number;
  /** A worker's activity has answered: one that has a receiver would have said so. */
  isAnswered: boolean;
}

/** A part of what woke the journey up, as far as it may be marked. */
interface Job {
  readonly initializeWorkflow?: { readonly arguments?: readonly Payload[] | null } | null;
  readonly resolveActivity?: {
    readonly result?: {
      readonly completed?: { readonly result?: Payload | null } | null;
      readonly failed?: { readonly failure?: Failure | null } | null;
    } | null;
  } | null;
}

interface Failure {
  readonly encodedAttributes?: Payload | null;
  readonly cause?: Failure | null;
}

/** That of each workflow. */
export const eventReceiver = ownOf<EventReceiver>(() => ({
  isKnown: false,
  rules: 2,
  isAnswered: false,
}));

/** @returns by which rules a worker with a receiver wrote the journey's input, or an activity's answer, if one did. */
export function tellersRules({ initializeWorkflow, resolveActivity }: Job): number | undefined {
  const { completed, failed } = resolveActivity?.result ?? {};
  const given = initializeWorkflow?.arguments?.map(rulesIn).find((rules) => rules !== undefined);
  return given ?? rulesIn(completed?.result) ?? rulesInFailure(failed?.failure);
}

/** Whether an activity has answered, be it by a failure of its own: time that ran out is nobody's answer. */
export function isAnswer({ resolveActivity }: Job): boolean {
  const { completed, failed } = resolveActivity?.result ?? {};
  return Boolean(completed) || isOfWorker(failed?.failure);
}

/** Workers encrypt what they say of a failure. */
const isOfWorker = (failure: Failure | null | undefined): boolean =>
  Boolean(failure) && (Boolean(failure?.encodedAttributes) || isOfWorker(failure?.cause));

const rulesInFailure = (failure: Failure | null | undefined): number | undefined =>
  failure ? (rulesIn(failure.encodedAttributes) ?? rulesInFailure(failure.cause)) : undefined;
