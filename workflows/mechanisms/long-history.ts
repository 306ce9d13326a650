import { ApplicationFailure, patched, workflowInfo } from '@temporalio/workflow';
import { handedOverError } from '../../contract/errors.js';

/**
 * Events after which a journey goes on in another run: what it is told costs some each (money rule 11). A busy worker that has lost its
 * cache must read them all within the ten seconds of a workflow task: thousands took it longer, and then again from the start.
 */
const LONG = 1_000;

/** Ends the waits of a journey that is to go on in another run. */
export class HandOver extends Error {
  override readonly name = 'HandOver';
}

/** For the waits of a journey: what ends them, if anything does. */
export const whenLong = (): HandOver | undefined =>
  workflowInfo().historyLength > LONG && patched('goes-on-as-new')
    ? new HandOver('its history is long')
    : undefined;

/** The same of a workflow whose messages may be large: Temporal says when they add up to much. */
export const whenLongOrLarge = (): HandOver | undefined =>
  whenLong() ??
  (workflowInfo().continueAsNewSuggested && patched('goes-on-as-new')
    ? new HandOver('its history is large')
    : undefined);

/** For an update whose answer the next run gives: whoever asked asks again, as our client does by itself. */
export const handedOver = () =>
  ApplicationFailure.nonRetryable(
    'the journey goes on in another run: ask again',
    handedOverError.type,
  );
