import { condition, patched } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { Doubt, Move } from '../../activities/calling/move.js';
import type { PurchaseFact, PurchaseOrder, PurchasePage } from '../../activities/purchase.js';
import { written } from '../../contract/money.js';
import { comesAfterBrokenOff } from '../mechanisms/after-broken-off.js';
import { requestedWithinTask } from '../mechanisms/first-task.js';
import type { Journey } from '../mechanisms/journey.js';
import { moves } from '../mechanisms/purchase-calls.js';
import { LONG_AGO, sentByAnother, underWay } from '../mechanisms/run-of-move.js';
import { toldOf } from '../mechanisms/told.js';
import { isFinal } from './payment.js';
import type { PurchaseTruth } from './truth.js';

/** A page that cannot be had within so many requests will not come in time for the customer. */
const MOST_TRIES = 5;

/** A page that is to be had of DOKU. */
interface PageRequest {
  /** With the account, once that is known: the page of another one is another purchase. */
  order(): PurchaseOrder;
  // biome-ignore lint/suspicious/noExplicitAny: only its status is written
  readonly journey: Journey<any, any>;
  readonly truth: PurchaseTruth;
  /** What an earlier run of the journey has sent: then DOKU is asked first. */
  readonly sent: Sent | undefined;
  /** Told in whose account's name DOKU was asked. */
  onAccount(accountId: string): void;
  /** Told of whatever may have reached DOKU. */
  onSent(sent: Sent): void;
  /** Whether another run came before this one, by an operator's reset. */
  isLaterRun(): Promise<boolean>;
  /** Whether no page is wanted any more. */
  isOver(): boolean;
  /** Whether that was said by somebody, and not by the time. */
  isUndone(): boolean;
}

export type Obtained =
  | { readonly kind: 'page'; readonly page: PurchasePage }
  | Extract<Move<unknown>, { kind: 'refused' }>
  /** DOKU holds it, past the page; `doubt` is what the request came to. */
  | { readonly kind: 'past'; readonly fact: PurchaseFact; readonly firstDoubt?: Doubt }
  | { readonly kind: 'unobtainable' };

/**
 * Purchase Web until there is a page: nothing is sent again before DOKU has said what became of it, and what may have
 * reached DOKU is remembered. A refusal is the end only while nothing has (money rule 2).
 */
export async function obtainPage(request: PageRequest): Promise<Obtained> {
  const { journey, isOver, isUndone, onSent } = request;
  let { sent } = request;
  for (let tries = 1; tries <= MOST_TRIES && !isOver(); tries++) {
    const answer = tries > 1 || !sent ? await requestPage(request, tries === 1) : undefined;
    if (answer?.kind === 'accepted') return { kind: 'page', page: answer.response };
    const isRefused = answer?.kind === 'refused';
    if (isRefused && !(await isInDoubt(request, answer, sent))) return answer;
    journey.enter('requesting');
    if (answer?.kind === 'doubtful' || (isRefused && !sent)) {
      // What a refusal may speak of another run sent.
      sent = isRefused
        ? sentByAnother()
        : { lastSentAt: new Date().toISOString(), ...underWay(answer) };
      onSent(sent);
    }
    if (sent && answer?.kind !== 'not-sent') {
      const fact = await inDoubt(request, sent);
      // Past the page: the next steps decide. Still open, the same request brings its page again.
      if (isFinal(fact)) return past(fact, tries, answer);
      if (isRefused && fact.status === 'not-found') return answer;
    }
    await condition(isUndone, 1_000 * 2 ** (tries - 1));
  }
  return { kind: 'unobtainable' };
}

async function requestPage(request: PageRequest, isFirst: boolean): Promise<Move<PurchasePage>> {
  const order = request.order();
  const summary = `Purchase Web ${order.partnerReferenceNo}, ${written(order.amount)}`;
  const answer =
    (isFirst ? await requestedWithinTask(order, summary) : undefined) ??
    (await moves.requestPurchase.executeWithOptions({ summary }, [order]));
  request.journey.story.tell(`Purchase Web: ${toldOf(answer)}`);
  if (answer.accountId !== undefined) request.onAccount(answer.accountId);
  return answer;
}

/** Whether a refusal may speak of another request under the reference: of this run's, or of one before it (money rule 2). */
async function isInDoubt(
  { truth, isLaterRun }: PageRequest,
  { refusal }: Extract<Move<unknown>, { kind: 'refused' }>,
  sent: Sent | undefined,
): Promise<boolean> {
  // Journeys that began before these patches took a refusal for the end, whatever had been sent before.
  if (sent) return patched('doubt-outlives-refusal');
  if (!patched('refusal-asked-about')) return false;
  if (await isLaterRun()) return true;
  // In the name of a customer who is not bound nothing was sent, and nothing can be asked.
  if (refusal === 'not-bound') return false;
  if (await comesAfterBrokenOff()) return true;
  return (await truth.ask({ sent: LONG_AGO })).status !== 'not-found';
}

async function inDoubt({ journey, truth }: PageRequest, sent: Sent): Promise<PurchaseFact> {
  journey.doubt(true);
  const fact = await truth.ask({ sent });
  journey.doubt(false);
  return fact;
}

const past = (
  fact: PurchaseFact,
  tries: number,
  answer: Move<PurchasePage> | undefined,
): Obtained => ({
  kind: 'past',
  fact,
  ...(tries === 1 && answer?.kind === 'doubtful' && { firstDoubt: answer.doubt }),
});
