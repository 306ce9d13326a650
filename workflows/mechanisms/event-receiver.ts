/**
 * What a journey learns by the marks of `event-mark.ts`: whether its workers have a receiver of events.
 *
 * @module
 */
import type { Payload } from '@temporalio/common';
import { CancellationScope } from '@temporalio/workflow';
import { rulesIn } from './event-mark.js';

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

const RECEIVER = Symbol('receiver');

/** Each workflow has a scope for its own; what a module kept would be the same for all workflows of a worker. */
type LearningScope = CancellationScope & { [RECEIVER]?: EventReceiver };

/** For the workflow that is about to run: {@link ownReceiver} is this one. */
export function learnsBy(receiver: EventReceiver): void {
  const scope: LearningScope = CancellationScope.current();
  scope[RECEIVER] = receiver;
}

/** That of the journey which is being set up. */
export function ownReceiver(): EventReceiver {
  const scope: LearningScope = CancellationScope.current();
  return scope[RECEIVER] ?? { isKnown: false, rules: 2, isAnswered: false };
}

/** @returns by which rules a worker with a receiver wrote the journey's input, or an activity's answer, if one did. */
export function tellersRules({ initializeWorkflow, resolveActivity }: Job): number | undefined {
  const { completed, failed } = resolveActivity?.result ?? {};
  const given = initializeWorkflow?.arguments?.map(rulesIn).find((rules) => rules !== undefined);
  return given ?? rulesIn(completed?.result) ?? rulesInFailure(failed?.failure);
}

export const isAnswer = ({ resolveActivity }: Job): boolean =>
  Boolean(resolveActivity?.result?.completed ?? resolveActivity?.result?.failed);

const rulesInFailure = (failure: Failure | null | undefined): number | undefined =>
  failure ? (rulesIn(failure.encodedAttributes) ?? rulesInFailure(failure.cause)) : undefined;
