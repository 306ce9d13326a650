import { ActivityFailure, condition } from '@temporalio/workflow';
import type { PurchaseFact, PurchaseKey, PurchasePage } from '../../activities/purchase.js';
import { ONE_CALL_MS } from '../mechanisms/call-options.js';
import { seenWithinTask } from '../mechanisms/first-task.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { waits } from '../mechanisms/purchase-calls.js';
import type { Known } from '../mechanisms/truth.js';
import type { EarlierRuns } from './earlier-runs.js';
import type { Nudges } from './nudges.js';
import type { PurchaseTruth } from './truth.js';

/** No customer enters a PIN sooner. */
const FIRST_POLL_AFTER_MS = 3_000;
/** How long an attempt may go on asking, whichever worker has it. */
const MOST_ASKING_MS = 40_000;

/** A purchase whose page is with the customer. */
export interface PaymentWait {
  readonly key: PurchaseKey;
  readonly truth: PurchaseTruth;
  /** Milliseconds since the epoch: until then the customer may pay. */
  readonly expiresAt: number;
  /**
   * Whether DOKU is asked once there is news, and not polled before. Not so by purchases that began before they could,
   * which their start tells: `patched` would cost each purchase two events and a write to Temporal's visibility.
   */
  readonly looksFirst: boolean;
  /**
   * Tells how long one attempt to ask goes on asking, where the worker that brought it said so. Of the workers before none
   * did, and their purchases hold a timer of their own beside the polling, which ends at the same time by itself.
   */
  readonly page: PurchasePage | undefined;
  readonly nudges: Nudges;
  readonly journey: { readonly isInterrupted: boolean; throwIfInterrupted(): void };
  /** Whether somebody wants it undone. */
  isUndone(): boolean;
  /** Heeds that nobody has paid yet. */
  readonly earlier: Pick<EarlierRuns, 'isAwaited' | 'unpaid'>;
}

const hasNews = ({ nudges, journey, isUndone, earlier }: PaymentWait) =>
  nudges.isTold || earlier.isAwaited || isUndone() || journey.isInterrupted;

/** Whether DOKU is asked at once, or an operator again whom an earlier run has asked. */
const isToAsk = (wait: PaymentWait) => hasNews(wait) || wait.truth.parkedFor !== undefined;

/** Whether the purchase is to be undone, whatever DOKU's status. */
const isOver = (wait: PaymentWait) => wait.isUndone() || Date.now() >= wait.expiresAt;

/** Waits until DOKU's status is final, or it is time to undo. @returns the last status that DOKU gave. */
export async function awaitPayment(wait: PaymentWait): Promise<Known<PurchaseFact>> {
  if (!wait.looksFirst) return awaitPaymentByPolling(wait);
  await condition(() => hasNews(wait), atMostMs(wait, FIRST_POLL_AFTER_MS));
  for (;;) {
    wait.journey.throwIfInterrupted();
    const polledFact = wait.truth.recorded ?? (isToAsk(wait) ? undefined : await polled(wait));
    const isNudged = wait.nudges.isTold;
    const fact = polledFact ?? (await seen(wait)) ?? (await wait.truth.ask());
    if (isFinal(fact) || isOver(wait)) return fact;
    const proven = await wait.earlier.unpaid();
    if (proven && (isFinal(proven) || isOver(wait))) return proven;
    // Journeys that began before heeded every nudge.
    if (isNudged && wait.page?.isLookedIntoByActivity) wait.nudges.wasInVain();
  }
}

/** As purchases did it that began before they looked first. */
async function awaitPaymentByPolling(wait: PaymentWait): Promise<Known<PurchaseFact>> {
  for (;;) {
    const final = wait.truth.recorded ?? (await polled(wait));
    wait.nudges.taken();
    const fact = final ?? (await wait.truth.ask());
    if (isFinal(fact) || isOver(wait)) return fact;
    const proven = await wait.earlier.unpaid();
    if (proven && (isFinal(proven) || isOver(wait))) return proven;
    wait.journey.throwIfInterrupted();
  }
}

/** @returns the final status, or nothing when news or the time ended the wait. */
async function polled(wait: PaymentWait): Promise<Known<PurchaseFact> | undefined> {
  const { key, truth, page } = wait;
  const asksForMs = page?.asksForMs;
  const options = {
    summary: `Query Purchase ${key.partnerReferenceNo} until it is final`,
    startToCloseTimeout: (asksForMs ?? MOST_ASKING_MS) + ONE_CALL_MS,
    ...(asksForMs !== undefined && { scheduleToCloseTimeout: atMostMs(wait) }),
  };
  const waited = await interruptible(
    () => waits.awaitPurchaseEnd.executeWithOptions(options, [{ ...key, isSumAsked: true }]),
    () => hasNews(wait),
    asksForMs === undefined ? atMostMs(wait) : undefined,
  );
  // Where polling is impossible the question that follows says why.
  if (waited.kind === 'done') return truth.believed(waited.value);
  if (waited.kind === 'failed' && isLastAttempt(waited.error) && Date.now() < wait.expiresAt)
    await condition(() => hasNews(wait), atMostMs(wait));
  return undefined;
}

/** Whether no further attempt would have come in time: Temporal says so at once. */
const isLastAttempt = (error: unknown) =>
  error instanceof ActivityFailure && error.retryState === 'TIMEOUT';

/** @returns DOKU's status as journeys that began before looked it up. */
async function seen({
  key,
  page,
  truth,
  nudges,
}: PaymentWait): Promise<Known<PurchaseFact> | undefined> {
  nudges.taken();
  const fact = await seenWithinTask(key, page);
  return fact && truth.believed(fact);
}

/** The time that the customer still has, or less. */
const atMostMs = ({ expiresAt }: PaymentWait, limitMs = Number.POSITIVE_INFINITY) =>
  Math.max(1, Math.min(limitMs, expiresAt - Date.now()));

/** Whether DOKU's status will not change by the customer's doing. */
export const isFinal = ({ status }: PurchaseFact) => status !== 'open' && status !== 'not-found';
