import { ApplicationFailure, condition, patched } from '@temporalio/workflow';
import { notCancellableError, notNeededError, notNowError } from '../../contract/errors.js';
import {
  acknowledgeUpdate,
  cancelArgumentSchema,
  cancelUpdate,
  customerReturnedSignal,
  notifiedSignal,
  nudgeUpdate,
  type ParsedPurchaseInput,
  type PurchaseRedirect,
  type PurchaseResult,
  type PurchaseStatus,
  type PurchaseView,
  purchaseStatusQuery,
  redirectUpdate,
} from '../../contract/purchase.js';
import { parsed } from '../mechanisms/bad-input.js';
import { journeyEnded } from '../mechanisms/ended-error.js';
import { sameInputAs } from '../mechanisms/input-digest.js';
import type { Journey } from '../mechanisms/journey.js';
import { handedOver } from '../mechanisms/long-history.js';
import { onQuery, onSignal, onUpdate } from '../mechanisms/messages.js';
import { Acknowledging } from './acknowledging.js';
import type { EarlierRuns } from './earlier-runs.js';
import type { End, Undo } from './end.js';
import type { Nudges } from './nudges.js';
import type { PurchaseState } from './state.js';

/** What a purchase's doors open on. */
export interface PurchaseDoors {
  readonly input: ParsedPurchaseInput;
  readonly state: PurchaseState;
  readonly journey: Journey<PurchaseStatus, PurchaseResult>;
  readonly nudges: Nudges;
  /** DOKU's reference, once an answer carried it. */
  referenceNo(): string | undefined;
  /** What the journey returns at an end. */
  resultOf(end: End): PurchaseResult;
  /** Whether another run goes on from here: it answers what this one is asked from now on. */
  isHandingOver(): boolean;
  readonly earlier: EarlierRuns;
  undo(undo: Undo): void;
}

/** Opens the doors of a purchase's contract. */
export function answerMessages(doors: PurchaseDoors): void {
  const { input, state, journey, nudges, earlier } = doors;
  const assertSameInput = sameInputAs(input);
  const acknowledging = new Acknowledging({
    ...doors,
    view: () => viewOf(doors),
    askSoon: () => {
      nudges.tell();
      earlier.await();
    },
  });
  onQuery(purchaseStatusQuery, () => viewOf(doors));
  onSignal(customerReturnedSignal, () => nudges.tell());
  onSignal(notifiedSignal, () => nudges.tell());
  onUpdate(nudgeUpdate, () => nudges.tell(), {
    validator: () => {
      if (!isPayable(journey) || !nudges.isHeeded)
        throw ApplicationFailure.nonRetryable('it would change nothing', notNeededError.type);
    },
    description: 'The customer may have paid',
  });
  onUpdate(redirectUpdate, () => redirected(doors), {
    validator: (argument?: unknown) => {
      assertSameInput(argument, 'redirect');
      if (!journey.result && !isToBePaid(doors)) throw noPage(doors);
    },
    description: 'The page where the customer pays',
  });
  onUpdate(acknowledgeUpdate, () => acknowledging.take(), {
    validator: () => acknowledging.validate(),
    description: 'The merchant will deliver',
  });
  onUpdate(cancelUpdate, ({ reason }) => cancelled(doors, reason), {
    validator: (argument) => {
      parsed(cancelArgumentSchema, argument, 'cancel');
      if (state.isAcknowledged && !journey.result) {
        throw ApplicationFailure.nonRetryable(
          'acknowledged already: refund it instead',
          notCancellableError.type,
        );
      }
    },
    description: 'Cancel, or reverse if paid, and prove it',
  });
}

const isPayable = ({ status }: Journey<PurchaseStatus, PurchaseResult>) =>
  status === 'requesting' || status === 'in-doubt' || status === 'awaiting-payment';

/** The page to open, once there is one. */
async function redirected(doors: PurchaseDoors): Promise<PurchaseRedirect> {
  const { state, journey, isHandingOver } = doors;
  await condition(
    () => state.page !== undefined || journey.result !== undefined || isHandingOver(),
  );
  const { result } = journey;
  if (result)
    throw journeyEnded(
      `no payment page: the purchase ended ${result.outcome} (${result.reason})`,
      result,
    );
  const redirect = redirectOf(doors);
  if (!redirect) throw handedOver();
  // It may have been undone while its page was asked for.
  if (!isToBePaid(doors) && patched('page-is-to-be-paid-on')) throw noPage(doors);
  return redirect;
}

/** Nobody is sent to a page on which nothing is to be paid any more. */
const noPage = (doors: PurchaseDoors) =>
  ApplicationFailure.nonRetryable(
    `no payment page any more: the purchase is ${statusOf(doors)}`,
    notNowError.type,
  );

/** Answers once the end is proven. */
async function cancelled(doors: PurchaseDoors, reason: string): Promise<PurchaseResult> {
  const { journey, isHandingOver, undo } = doors;
  if (journey.result) return journey.result;
  undo({ reason: 'cancel-requested', note: reason });
  journey.noteStop();
  await condition(() => journey.result !== undefined || isHandingOver());
  if (!journey.result) throw handedOver();
  return journey.result;
}

function viewOf(doors: PurchaseDoors): PurchaseView {
  const { input, state, journey } = doors;
  const { attention, inDoubtSince, result } = journey;
  const status = statusOf(doors);
  // A page and a time are told for as long as somebody may go by them.
  const redirect = isToBePaid(doors) ? redirectOf(doors) : undefined;
  const mayBePaid = status === 'awaiting-acknowledgement' || status === 'in-doubt';
  const isAwaited = mayBePaid && !state.isAcknowledged && !state.undo;
  const by = isAwaited && state.step.name === 'acknowledgement' && state.step.acknowledgeBy;
  return {
    partnerReferenceNo: input.partnerReferenceNo,
    status,
    ...(redirect && { redirect }),
    ...(by && { acknowledgeBy: new Date(by).toISOString() }),
    ...(inDoubtSince && { inDoubtSince }),
    ...journey.stop,
    ...(attention && { attention }),
    ...(result && { result }),
  };
}

/** Where it stands, also in the moment before the journey has come to undo what is to be undone. */
function statusOf({ state, journey }: PurchaseDoors): PurchaseStatus {
  const isBefore = state.step.name === 'payment' || state.step.name === 'acknowledgement';
  const isTold = journey.inDoubtSince !== undefined || journey.attention !== undefined;
  return state.undo && isBefore && !isTold && !journey.result ? 'reversing' : journey.status;
}

const isToBePaid = ({ state, journey }: PurchaseDoors) =>
  (state.step.name === 'page' || state.step.name === 'payment') &&
  journey.result === undefined &&
  state.undo === undefined;

function redirectOf({ input, state, referenceNo }: PurchaseDoors): PurchaseRedirect | undefined {
  if (state.page === undefined) return undefined;
  const known = referenceNo();
  return {
    webRedirectUrl: state.page.webRedirectUrl,
    amount: input.amount,
    ...(known && { referenceNo: known }),
    expiresAt: new Date(state.expiresAt).toISOString(),
  };
}
