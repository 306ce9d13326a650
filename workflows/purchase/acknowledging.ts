/**
 * Hears the merchant's acknowledgement. One that comes while it is not known whether the payment stands waits for DOKU's word:
 * it is neither lost, nor told that there is no payment (money rule 10).
 *
 * @module
 */
import { ApplicationFailure, condition } from '@temporalio/workflow';
import { notAcknowledgeableError } from '../../contract/errors.js';
import type { PurchaseResult, PurchaseStatus, PurchaseView } from '../../contract/purchase.js';
import type { Journey } from '../mechanisms/journey.js';
import { handedOver } from '../mechanisms/long-history.js';
import type { EarlierRuns } from './earlier-runs.js';
import { type End, paidBy } from './end.js';
import type { PurchaseState } from './state.js';

/** What the door for acknowledgements opens on. */
interface AcknowledgingDoors {
  readonly state: PurchaseState;
  readonly journey: Journey<PurchaseStatus, PurchaseResult>;
  /** What the journey returns at an end. */
  resultOf(end: End): PurchaseResult;
  /** Whether another run goes on from here. */
  isHandingOver(): boolean;
  readonly earlier: Pick<EarlierRuns, 'isOverdue' | 'isUnknown'>;
  view(): PurchaseView;
  /** Has DOKU asked soon whether it is paid. */
  askSoon(): void;
}

/** The door for the merchant's acknowledgement. */
export class Acknowledging {
  readonly #doors: AcknowledgingDoors;

  constructor(doors: AcknowledgingDoors) {
    this.#doors = doors;
  }

  /** @throws ApplicationFailure where there is no payment, or it goes back. */
  validate(): void {
    if (!this.#isToWait) this.#refuseUnlessPaid();
  }

  /** Temporal tells a run that was reset again what the one before was told, too: it counts once DOKU has been asked. */
  take(): PurchaseView | Promise<PurchaseView> {
    return this.#doors.journey.result || !this.#isUnknown ? this.#heard() : this.#heardOnceKnown();
  }

  async #heardOnceKnown(): Promise<PurchaseView> {
    const { state, journey, isHandingOver, askSoon } = this.#doors;
    const isKnown = () => !this.#isUnknown || journey.result !== undefined || isHandingOver();
    await condition(() => state.step.name !== 'page' || isKnown());
    if (state.step.name === 'payment') askSoon();
    await condition(isKnown);
    if (isHandingOver() && !journey.result) throw handedOver();
    this.#refuseUnlessPaid();
    return this.#heard();
  }

  get #isUnknown(): boolean {
    const { earlier } = this.#doors;
    return earlier.isOverdue || earlier.isUnknown;
  }

  /** Whether it is yet to be found out if the payment stands. What somebody has cancelled goes back, unless an operator is asked. */
  get #isToWait(): boolean {
    const { state, journey, earlier } = this.#doors;
    const reason = state.undo?.reason;
    const isWanted = reason === 'cancel-requested' || reason === 'operator-resolved';
    const isUndone = isWanted && state.step.name !== 'delivery-unclear';
    return !journey.result && !state.isAcknowledged && !isUndone && earlier.isUnknown;
  }

  #refuseUnlessPaid(): void {
    const { state, journey } = this.#doors;
    if (journey.result?.outcome === 'paid') return;
    journey.assertOpen();
    if (state.isAcknowledged) return;
    const isAwaited = journey.status === 'awaiting-acknowledgement' && !state.undo;
    if (isAwaited && state.step.name === 'acknowledgement') return;
    throw ApplicationFailure.nonRetryable(
      // Its status alone does not say so before the reversal has begun.
      `there is no payment to acknowledge: the purchase is ${state.undo ? 'being cancelled' : journey.status}`,
      notAcknowledgeableError.type,
    );
  }

  /** Answers as the purchase ends by it in this very moment, which nothing keeps it from any more (money rule 5). */
  #heard(): PurchaseView {
    const { state, journey, resultOf, view } = this.#doors;
    // What has ended is not changed by it.
    if (journey.result) return view();
    state.isAcknowledged = true;
    if (state.step.name !== 'acknowledgement') return view();
    const result = resultOf(paidBy(state.step.fact, 'merchant-acknowledged'));
    return { ...view(), status: result.outcome, result };
  }
}
