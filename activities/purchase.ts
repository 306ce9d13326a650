/**
 * The calls of a purchase. Requests that move money answer with a {@link Move}; questions ask until DOKU
 * gives a clear answer.
 *
 * @module
 */

import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Money } from '../contract/money.js';
import { ownMember } from '../contract/own-member.js';
import type { Absence, Sent } from './calling/absence.js';
import { askUntilClear, delayAfter, type PollingDelays, stillPending } from './calling/ask.js';
import { type Move, moveOnce } from './calling/move.js';
import type { Polling } from './calling/polling.js';
import { moveOfRun, type OfRun } from './calling/runs.js';
import { heardTwice } from './calling/twice.js';
import type { HistoryBooks } from './history-books.js';
import { unlessBrokenOff } from './journeys/broken-off.js';
import { type GiveBackAsked, giveBackHolders } from './journeys/give-back-holders.js';
import type { Journeys } from './journeys/number-holder.js';
import { unlessEnded } from './journeys/unless-ended.js';
import { createListedUnder } from './listed-under.js';
import type { PurchaseFact, PurchaseKey } from './purchase-fact.js';
import {
  hasPendingOthers,
  isSumUntold,
  mayBeUnnamed,
  shownPurchase,
  withRefundsCounted,
} from './purchase-shown.js';
import { createRefundInHistory } from './refund-in-history.js';
import type { SnapClient } from './snap/client.js';
import { whose } from './snap/sender.js';
import { createSumOfRefunds, doubtOfSum, type SumAsked } from './sum-of-refunds.js';
import { createUntold } from './untold.js';

export type { PurchaseFact, PurchaseKey, RefundFact } from './purchase-fact.js';

/** Whoever only looks whether a refund is there waits no longer for the history. */
const LOOKED_FOR_MS = 4_000;
/** What may be another's is looked at again. */
const DOUBTED: PollingDelays = { firstMs: 500, factor: 1.6, mostMs: 15_000 };
/** A refund takes seconds or days. */
const REFUND_DELAYS: PollingDelays = { firstMs: 5_000, factor: 1.2, mostMs: 3_600_000 };

/** A question about a purchase, with what may have reached DOKU and may not show yet (money rule 3). */
export interface PurchaseQuestion extends PurchaseKey {
  /** Purchase Web, or whatever else was sent under the reference last: without its trace DOKU says "not found". */
  readonly sent?: Sent;
  /** The customer may have paid on a page of which the one who asks knows nothing: it shows as still open. */
  readonly payment?: Sent;
  /** A Cancel: without its trace the purchase is as it was. */
  readonly cancel?: Sent;
  /** A refund: without its trace it is not among the refunds, nor one of the whole in the purchase's status. */
  readonly refund?: Sent & {
    readonly partnerRefundNo: string;
    readonly isWhole: boolean;
    /** "10000.00", where the one who asks says it. */
    readonly amount?: string;
  };
  /** A refund that may have been made long ago: looked for in all books, once, and waited for by nobody. */
  readonly lookedFor?: { readonly partnerRefundNo: string; readonly isWhole: boolean };
  /**
   * Paid, or with this refund's entry, as DOKU had shown it, or as whoever asks has it: when it began to say otherwise. A replica may
   * be behind, or wrong, for as long as its books may lag.
   */
  readonly contradicted?: Sent & { readonly partnerRefundNo: string };
}

export interface PurchaseOrder extends PurchaseKey {
  readonly amount: Money;
  readonly returnUrl: string;
  readonly description?: string;
}

export interface PurchasePage {
  readonly webRedirectUrl: string;
  readonly referenceNo?: string;
  /** How many milliseconds one attempt of `awaitPurchaseEnd` goes on asking; workers did not say it at first. */
  readonly asksForMs?: number;
  /** Whether news is looked into by activities; by workers before, it was within the workflow's task. */
  readonly isLookedIntoByActivity?: true;
  /** The wait for the merchant goes by slices of time; one timer was set for the whole of it before. */
  readonly isWaitSliced?: true;
}

/** Who gives back. */
interface OfWhom extends OfRun {
  /** A journey of its own, which a reset does not begin again once it ended; not one that takes its own order back. */
  readonly isRefund?: true;
}

export interface CancelOrder extends PurchaseKey, OfWhom {
  readonly reason: string;
}

export interface RefundOrder extends PurchaseKey, OfWhom {
  /** The refund's own identity: however often it is sent, DOKU refunds it once. */
  readonly partnerRefundNo: string;
  readonly refundAmount: Money;
  readonly reason: string;
}

export function createPurchaseActivities(
  snap: SnapClient,
  polling: Polling,
  absence: Absence,
  journeys: Journeys,
  books: HistoryBooks,
) {
  const { client } = journeys;
  const givenBack = (of: OfWhom, move: () => Promise<Move<null>>) =>
    moveOfRun(of, () =>
      of.isRefund ? unlessBrokenOff(client, of, () => unlessEnded(client, of, move)) : move(),
    );
  const listed = createListedUnder(books);
  const withUntold = createUntold(snap, listed, absence);
  const holdersOf = (asked: GiveBackAsked) => giveBackHolders(journeys, asked);
  const withRefund = createRefundInHistory({ books, listed, absence, holdersOf });
  // A busy customer's list takes longer than whoever only looks for one waits.
  const withDetail = createRefundInHistory({ books, listed: async () => [], absence, holdersOf });
  const withSum = createSumOfRefunds(withRefund, absence);
  const ask = async (key: PurchaseKey & SumAsked): Promise<PurchaseFact> => {
    Context.current().heartbeat();
    const answer = await askUntilClear(() =>
      snap.purchaseStatus({ originalPartnerReferenceNo: key.partnerReferenceNo }, whose(key)),
    );
    return withSum(key, withRefundsCounted(await withUntold(key, shownPurchase(answer))));
  };
  /** The same, where DOKU has not said that it undoes it. */
  const askUntouched = (key: PurchaseKey) => heardTwice(() => ask(key), isOver);
  /** The same, about a refund that has had its time. */
  const askOfRefund = async (
    question: PurchaseKey,
    { partnerRefundNo, amount, ...refund }: NonNullable<PurchaseQuestion['refund']>,
    shown: PurchaseFact,
    look = withRefund,
  ): Promise<PurchaseFact> => {
    const isUntold = isSumUntold(shown, partnerRefundNo);
    const isTold = refund.isWhole && !isAsItWas(shown) && shown.status !== 'unknown' && !isUntold;
    if (ownMember(shown.refunds, partnerRefundNo) !== undefined || shown.doubt || isTold)
      return shown;
    const asked = { ...question, partnerRefundNo, ...(amount && { amount }) };
    const { doubt: other, ...fact } = withRefundsCounted(await look(asked, shown));
    const doubt = other ?? (refund.isWhole && isUntold ? doubtOfSum(fact, partnerRefundNo) : other);
    if (doubt === undefined) return fact;
    // Until then its own entry may come.
    if (absence.hasHadTime({ ...refund, mayBeUnderWay: true })) return { ...fact, doubt };
    throw stillPending('DOKU shows what may be the refund, or another', DOUBTED);
  };
  const lookedAt = async (
    question: PurchaseKey,
    refund: NonNullable<PurchaseQuestion['lookedFor']>,
    shown: PurchaseFact,
  ): Promise<PurchaseFact> => {
    const abandoned = new AbortController();
    const late = pause(LOOKED_FOR_MS, shown, { signal: abandoned.signal });
    late.catch(() => undefined);
    try {
      const sent = { ...refund, lastSentAt: new Date().toISOString() };
      return await Promise.race([askOfRefund(question, sent, shown, withDetail), late]);
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      return shown;
    } finally {
      abandoned.abort();
    }
  };

  return {
    /** Purchase Web: DOKU opens a page where the customer pays. Moves nothing yet, but may lead to a debit. */
    async requestPurchase(order: PurchaseOrder): Promise<Move<PurchasePage>> {
      return moveOnce(
        () =>
          snap.purchase(
            {
              partnerReferenceNo: order.partnerReferenceNo,
              amount: order.amount,
              urlParams: [{ url: order.returnUrl, type: 'PAY_RETURN', isDeeplink: 'N' }],
              ...(order.description && { additionalInfo: { remarks: order.description } }),
            },
            whose(order),
          ),
        ({ webRedirectUrl, referenceNo }) => ({
          webRedirectUrl,
          ...(referenceNo && { referenceNo }),
          asksForMs: polling.asksForMs,
          isLookedIntoByActivity: true as const,
          isWaitSliced: true as const,
        }),
      );
    },

    /** Query Purchase, once DOKU answers clearly, and does not lag behind what was sent. */
    async queryPurchase(question: PurchaseQuestion & SumAsked): Promise<PurchaseFact> {
      const { sent, payment, cancel, refund, lookedFor, contradicted } = question;
      polling.endPause(question.partnerReferenceNo);
      // Others' refunds have to have their time, too, where they leave too little.
      const isUnsettled = (fact: PurchaseFact) =>
        isUnpaid(fact) || (refund !== undefined && hasPendingOthers(fact, refund));
      // A cancel that lost against a payment is no lag of DOKU's books: it is sent once more (money rule 5).
      const isLag = (fact: PurchaseFact) =>
        isAsItWas(fact) && !(cancel && isPaidAfter(fact, cancel) && absence.hasHadTime(cancel));
      const isUnlisted = (fact: PurchaseFact) =>
        ownMember(fact.refunds, refund?.partnerRefundNo ?? '') === undefined &&
        // Its own number may yet come; then one that has none is not waited for.
        !(refund && mayBeUnnamed(fact, refund) && absence.hasHadTime(refund)) &&
        fact.doubt === undefined &&
        !(refund?.isWhole && !isAsItWas(fact) && !isSumUntold(fact, refund.partnerRefundNo));
      // A status that says no more than that it went back is held against the history at once.
      const isDue = (fact: PurchaseFact) =>
        refund !== undefined && (absence.hasHadTime(refund) || (refund.isWhole && isBack(fact)));
      // DOKU took it, or says no more by that status than before: what else ends it is not taken from one answer.
      const isExpected = cancel?.isAccepted || refund?.isAccepted || (refund && !refund.isWhole);
      const asked = async () => {
        const shown = await (isExpected ? ask(question) : askUntouched(question));
        const { partnerRefundNo = '' } = refund ?? {};
        absence.assertKnown(ownMember(shown.refunds, partnerRefundNo)?.status);
        if (lookedFor && !refund) return lookedAt(question, lookedFor, shown);
        const fact = refund && isDue(shown) ? await askOfRefund(question, refund, shown) : shown;
        absence.assertKnown(ownMember(fact.refunds, partnerRefundNo)?.status);
        return fact;
      };
      const isContradicting = ({ status, refunds }: PurchaseFact) =>
        status !== 'success' &&
        ownMember(refunds, contradicted?.partnerRefundNo ?? '') === undefined;
      const fact = await absence.provenAll(asked, [
        { isAbsent, sent },
        { isAbsent: isUnsettled, sent: payment },
        { isAbsent: isLag, sent: cancel },
        { isAbsent: isUnlisted, sent: refund },
        { isAbsent: isContradicting, sent: contradicted },
      ]);
      const isAllBack = refund?.isWhole && !isAsItWas(fact);
      const isDoubted = fact.doubt !== undefined || (!isAllBack && mayBeUnnamed(fact, refund));
      return isDoubted ? { ...fact, mayBeUnnamed: true } : fact;
    },

    /** Query Purchase again and again until DOKU's status is final: the history stays the same size however long. */
    async awaitPurchaseEnd(key: PurchaseKey & SumAsked): Promise<PurchaseFact> {
      return polling.untilFinal(
        key.partnerReferenceNo,
        () => askUntouched(key),
        // DOKU gave a page for it, so "not found" only means that its query lags behind.
        ({ status }) => status !== 'open' && status !== 'not-found',
        'the customer has not paid yet',
      );
    },

    /** Query Purchase again and again, ever more seldom, until DOKU has done a refund or given it up. */
    async awaitRefundEnd(
      question: PurchaseKey & {
        readonly partnerRefundNo: string;
        readonly amount?: string;
        /** Whether it is of all that was paid: then the purchase's status tells of it, too. Older journeys do not say. */
        readonly isWhole?: boolean;
      },
    ): Promise<PurchaseFact> {
      const { currentAttemptScheduledTimestampMs, scheduledTimestampMs } = Context.current().info;
      const lastSentAt = new Date(scheduledTimestampMs).toISOString();
      // Journeys that do not say which take the purchase's status for it, too.
      const of = { ...question, isWhole: question.isWhole ?? false, lastSentAt };
      const look = async () => askOfRefund(question, of, await ask(question));
      const isOdd = (fact: PurchaseFact) =>
        fact.status === 'unknown' ||
        mayBeUnnamed(fact, question) ||
        ownMember(fact.refunds, of.partnerRefundNo)?.status === 'unknown';
      // Its attempts have the history's time, however slow DOKU is.
      const fact = await heardTwice(look, isOdd, Number.POSITIVE_INFINITY);
      const refund = ownMember(fact.refunds, question.partnerRefundNo);
      if (fact.doubt || mayBeUnnamed(fact, question)) return { ...fact, mayBeUnnamed: true };
      // It was there before: that it is not shown is a lag, whatever the purchase's status is.
      const isUnseen = refund === undefined && !tellsOfRefund(fact, question.isWhole);
      if (!isUnseen && refund?.status !== 'pending') return fact;
      const waitedMs = currentAttemptScheduledTimestampMs - scheduledTimestampMs;
      throw stillPending('DOKU works on the refund', delayAfter(waitedMs, REFUND_DELAYS));
    },

    /** Cancel Purchase. Whether it worked is for Query Purchase to say. */
    async cancelPurchase(order: CancelOrder): Promise<Move<null>> {
      return givenBack(order, () =>
        moveOnce(
          () =>
            snap.purchaseCancel(
              { originalPartnerReferenceNo: order.partnerReferenceNo, reason: order.reason },
              whose(order),
            ),
          () => null,
        ),
      );
    },

    /** Refund Purchase under one `partnerRefundNo`. Whether it worked is for Query Purchase to say. */
    async refundPurchase(order: RefundOrder): Promise<Move<null>> {
      return givenBack(order, () =>
        moveOnce(
          () =>
            snap.purchaseRefund(
              {
                originalPartnerReferenceNo: order.partnerReferenceNo,
                partnerRefundNo: order.partnerRefundNo,
                refundAmount: order.refundAmount,
                reason: order.reason,
              },
              whose(order),
            ),
          () => null,
        ),
      );
    },
  };
}

const isAbsent = ({ status }: PurchaseFact) => status === 'not-found';
const isOver = ({ status }: PurchaseFact) =>
  status === 'cancelled' || status === 'refunded' || status === 'failed';
const isUnpaid = ({ status }: PurchaseFact) => status === 'open' || status === 'not-found';
/** DOKU's times are cut to the second. */
const CUT_MS = 999;
const isPaidAfter = ({ status, paidTime }: PurchaseFact, { notBefore, lastSentAt }: Sent) =>
  status === 'success' &&
  Date.parse(paidTime ?? '') + CUT_MS >= Date.parse(notBefore ?? lastSentAt);
const isBack = ({ status }: PurchaseFact) => status === 'refunded';
const isAsItWas = (fact: PurchaseFact) => fact.status === 'success' || isUnpaid(fact);
/** Whether the purchase's status is one that ends the wait for a refund without an entry: for what nobody knows a journey asks anew. */
const tellsOfRefund = (fact: PurchaseFact, isWhole: boolean | undefined) => {
  const isUndone = fact.status === 'cancelled' || isBack(fact);
  if (isWhole === undefined) return !isAsItWas(fact);
  return fact.status === 'unknown' || (isWhole && isUndone);
};

export type PurchaseActivities = ReturnType<typeof createPurchaseActivities>;
