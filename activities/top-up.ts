/**
 * The calls of a top-up, from the merchant's corporate balance to a customer's wallet.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Money } from '../contract/money.js';
import type { Answer } from '../contract/reads.js';
import type { KnownNumber } from '../contract/top-up.js';
import { inquireAccount } from './account-inquiry.js';
import type { Absence, Sent } from './calling/absence.js';
import {
  askUntilAnswered,
  askUntilClear,
  type PollingDelays,
  stillPending,
} from './calling/ask.js';
import { mayBeDoneBefore } from './calling/attempt.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import { heardTwice } from './calling/twice.js';
import { createCorporateBalanceActivities } from './corporate-balance.js';
import { BrokenOffRuns, wasBrokenOff } from './journeys/broken-off.js';
import type { ClaimedNumbers } from './journeys/claimed-numbers.js';
import { ownExecution, type SendingRun, unprovenIn } from './journeys/run.js';
import { topUpHolder } from './journeys/top-up-holder.js';
import { unlessEnded } from './journeys/unless-ended.js';
import { boundTo, formerAccounts } from './journeys/wallet.js';
import type { OwnRuns } from './reconciliation/own-runs.js';
import { isUnreadable } from './reconciliation/records.js';
import { amountText } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import { responseCodeOf } from './snap/response-code.js';
import { whose } from './snap/sender.js';
import type { SnapSettings } from './snap/settings.js';
import { shownStatus, transactionStatusOf } from './snap/transaction-status.js';
import { fits, isGivenUp, isOver, isUnknownToDoku, type TopUpFact } from './top-up-fact.js';

export type { TopUpFact } from './top-up-fact.js';

/** Which top-up, and whose wallet. */
export interface TopUpKey {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  /** The wallet that is meant, once known (money rule 8). */
  readonly accountId?: string;
}

export interface TopUpOrder extends TopUpKey {
  readonly amount: Money;
  /** The wallet: a DOKU ID. */
  readonly customerNumber: string;
  /** From the inquiry, where it gave one. */
  readonly sessionId?: string;
  readonly notes?: string;
}

/** What must be known before the money moves. */
export interface TopUpTarget {
  readonly customerNumber: string;
  readonly sessionId?: string;
}

/** The answer to the inquiry before a top-up. */
export type TopUpInquiry =
  | Extract<Answer<TopUpTarget>, { kind: 'answer' }>
  | (Extract<Answer<TopUpTarget>, { kind: 'refused' }> & {
      /** DOKU knows the number, or cannot tell, or an earlier run may have sent it: the refusal alone is no end. */
      readonly mayBeSent?: true;
      /** It may be another's. */
      readonly isKnown?: KnownNumber;
      /** The part of a batch that may yet send a row of this number. */
      readonly claimedBy?: string;
    });

/** A pending top-up may take days: its questions grow rarer than a customer's, who waits at a page. */
const SLOWER = 20;

/** A question to Temporal that took longer leaves a send too little of its call's time. */
const CLAIM_WITHIN_MS = 4_000;

/** SNAP's case code: the number was used with other particulars. */
const INCONSISTENT = '18';

/** What a top-up's send came to. */
export type TopUpSent = Move<{ referenceNo?: string }> & {
  /** DOKU knew the number before this was sent. */
  readonly isKnown?: KnownNumber;
  /** Nothing was sent, as a run before this one may have done so. */
  readonly unprovenIn?: string;
  /** Nothing was sent, as this part of a batch may be sending a row of the number. */
  readonly claimedBy?: string;
};

type RowOrder = TopUpKey & SendingRun & { amount: Money; notes?: string };

/** How far a top-up came in one go. */
export type TopUpAtOnce =
  | {
      readonly kind: 'completed';
      readonly referenceNo?: string;
      /** DOKU's status left the amount out. */
      readonly isAmountUntold?: true;
      /** The number's own journey had ended without it. */
      readonly isSecondTry?: true;
    }
  | { readonly kind: 'refused'; readonly refusal: string }
  /** Nothing was sent: a journey of its own has the number, and its end is this one's. */
  | { readonly kind: 'taken' }
  /** Something is not final or not known: its own journey has to find out, by asking first where it may be sent. */
  | {
      readonly kind: 'unclear';
      readonly mayBeSent: boolean;
      /** An attempt that was ended from outside may be at it, for as long as a call takes; or DOKU says that it works on it. */
      readonly mayBeUnderWay?: true;
      /** DOKU accepted it. */
      readonly isAccepted?: true;
      /** DOKU has shown it. */
      readonly isAtDoku?: true;
      /** DOKU knew the number before this was sent. */
      readonly isKnown?: KnownNumber;
      /** Nothing was sent, as a run before this one may have done so. */
      readonly unprovenIn?: string;
      /** Nothing was sent, as the number's own journey, which was ended from outside, may have done so. */
      readonly isBroken?: true;
    };

export interface TopUpDependencies {
  readonly snap: SnapClient;
  readonly client: Client;
  readonly own: Pick<OwnRuns, 'isBegunAs'>;
  readonly claims: Pick<ClaimedNumbers, 'claimantOf'>;
  readonly settings: SnapSettings;
  readonly delays: PollingDelays;
  readonly absence: Absence;
}

export function createTopUpActivities(dependencies: TopUpDependencies) {
  const { snap, client, own, claims, settings, delays, absence } = dependencies;
  const brokenOff = new BrokenOffRuns(client);
  const slower = { ...delays, mostMs: delays.mostMs * SLOWER };

  const ask = async (key: TopUpKey): Promise<TopUpFact> => {
    const answer = await askUntilClear(() =>
      snap.topUpStatus({ originalPartnerReferenceNo: key.partnerReferenceNo }, whose(key)),
    );
    if (answer === 'not-found') return { status: 'not-found' };
    const { latestTransactionStatus, originalReferenceNo, amount, customerNumber } = answer;
    return {
      ...shownStatus(transactionStatusOf, latestTransactionStatus),
      ...(originalReferenceNo && { referenceNo: originalReferenceNo }),
      ...(amount && { amount: amountText(amount) }),
      ...(customerNumber && (await isOthers(key, customerNumber)) && { isOthers: true }),
    };
  };

  /** Only a number written as a DOKU ID is can be compared: others are masked, or of another kind. */
  const isOthers = async (key: TopUpKey, customerNumber: string): Promise<boolean> => {
    const meant = key.accountId ?? (await boundTo(client, key.customerId))?.accountId;
    const isComparable = meant?.length === customerNumber.length && !customerNumber.includes('*');
    return isComparable && meant !== customerNumber;
  };

  /** Whether DOKU may have moved something under the number, whatever it said now. */
  const mayHaveMoved = async (key: TopUpKey): Promise<boolean> => {
    try {
      const fact = await ask(key);
      return !isUnknownToDoku(fact) && !isGivenUp(fact);
    } catch (error) {
      if (error instanceof ApplicationFailure) return true;
      throw error;
    }
  };

  /** What keeps a row from being sent now; where nothing does, whether the number had a journey that ended without a credit. */
  const kept = async ({ provenIn, ...row }: RowOrder): Promise<TopUpAtOnce | 'new' | 'again'> => {
    try {
      const holder = await topUpHolder(client, own, row);
      if (holder === 'journey') return { kind: 'taken' };
      const { runId } = ownExecution();
      const isProven = provenIn === runId;
      const unproven = { kind: 'unclear', mayBeSent: true, unprovenIn: runId } as const;
      if (!isProven && holder === 'broken-journey') return { ...unproven, isBroken: true };
      if (!isProven && (await brokenOff.wasBrokenOff())) return unproven;
      if (holder === 'other')
        // That one credited nothing: what DOKU has all the same may be the row's, of a life that Temporal has forgotten.
        return (await boundTo(client, row.customerId)) && (await mayHaveMoved(row))
          ? { kind: 'unclear', mayBeSent: true, isKnown: 'other' }
          : { kind: 'refused', refusal: 'number-used-otherwise' };
      return holder === 'ended' ? 'again' : 'new';
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error;
      return { kind: 'unclear', mayBeSent: false };
    }
  };

  /**
   * What keeps a top-up from being sent now: another run of it that was broken off, or a part of a batch that has claimed its
   * number, which nobody else can send then.
   */
  const claimed = async (number: string, provenIn?: string): Promise<TopUpSent | undefined> => {
    const began = performance.now();
    try {
      const { runId } = ownExecution();
      if (provenIn !== runId && (await wasBrokenOff(client)))
        return { kind: 'doubtful', doubt: 'earlier-run', unprovenIn: runId };
      const claimedBy = await claims.claimantOf(number);
      if (claimedBy !== undefined)
        return { kind: 'doubtful', doubt: 'claimed-by-batch', isKnown: 'same', claimedBy };
      if (performance.now() - began < CLAIM_WITHIN_MS) return undefined;
    } catch (error) {
      if (isUnreadable(error)) throw error;
      const why = `${(error as Error).message}: it is not known who has ${number}`;
      return { kind: 'not-sent', why };
    }
    return { kind: 'not-sent', why: `Temporal does not tell who has ${number}` };
  };

  const inquire = async (order: TopUpKey & { amount: Money }): Promise<Answer<TopUpTarget>> => {
    const { customerId, amount } = order;
    const binding = await boundTo(client, customerId);
    if (!binding) return { kind: 'refused', refusal: 'not-bound' };
    const customerNumber = binding.accountId;
    if (settings.topUpInquiry === 'accountInquiry') {
      const answer = await askUntilAnswered(() => inquireAccount(snap, customerNumber));
      return answer.kind === 'refused' ? answer : { kind: 'answer', response: { customerNumber } };
    }
    const answer = await askUntilAnswered(() =>
      snap.topUpInquiry(
        { partnerReferenceNo: order.partnerReferenceNo, amount, customerNumber },
        { customerId, accountId: customerNumber },
      ),
    );
    if (answer.kind === 'refused') return answer;
    const { sessionId } = answer.response;
    return { kind: 'answer', response: { customerNumber, ...(sessionId && { sessionId }) } };
  };

  /**
   * A refusal is believed once Query Top Up knows nothing of the number: DOKU may check funds and limits before duplicates,
   * and the journey may have lived before Temporal's retention forgot it. Of a customer who is not bound nothing was sent.
   */
  const send = async (order: TopUpOrder): Promise<TopUpSent> => {
    const { customerId, accountId: _meant, ...request } = order;
    // The token is the wallet's that the inquiry was about, or none.
    const named = { customerId, accountId: order.customerNumber };
    const answer = await moveOnce(() => snap.topUp(request, named), referenceIn);
    if (answer.kind === 'doubtful' && answer.doubt === 'known-to-doku') {
      const isOther = responseCodeOf(answer.responseCode)?.caseCode === INCONSISTENT;
      return { ...answer, isKnown: isOther ? 'other' : 'same' };
    }
    if (answer.kind !== 'refused' || answer.refusal === 'not-bound') return answer;
    if (!(await mayHaveMoved({ ...named, partnerReferenceNo: order.partnerReferenceNo })))
      return answer;
    const { responseCode } = answer;
    return {
      kind: 'doubtful',
      doubt: 'known-to-doku',
      isKnown: 'same',
      ...(responseCode && { responseCode }),
    };
  };

  /** What a row's send came to, with DOKU's own status where it was accepted. */
  const atOnce = async (
    order: TopUpKey & { amount: Money },
    answer: TopUpSent,
    isAgain: boolean,
  ): Promise<TopUpAtOnce> => {
    switch (answer.kind) {
      case 'refused':
        return { kind: 'refused', refusal: answer.refusal };
      case 'not-sent':
        return { kind: 'unclear', mayBeSent: false };
      case 'doubtful': {
        const { isKnown, doubt } = answer;
        const workedOn = doubt === 'in-progress' && { mayBeUnderWay: true as const };
        return { kind: 'unclear', mayBeSent: true, ...workedOn, ...(isKnown && { isKnown }) };
      }
      case 'accepted': {
        const fact = await ask(order).catch((): TopUpFact => ({ status: 'unknown' }));
        if (fact.status !== 'success' || !fits(fact, order.amount))
          return { kind: 'unclear', mayBeSent: true, isAccepted: true };
        const referenceNo = fact.referenceNo ?? answer.response.referenceNo;
        return {
          kind: 'completed',
          ...(referenceNo && { referenceNo }),
          ...(fact.amount === undefined && { isAmountUntold: true }),
          ...(isAgain && { isSecondTry: true }),
        };
      }
      default:
        return answer satisfies never;
    }
  };

  return {
    ...createCorporateBalanceActivities(snap, settings, slower),

    /** Top-Up Inquiry, or Account Inquiry where the settings say so: whether this wallet may be topped up. */
    async inquireTopUp(order: TopUpKey & SendingRun & { amount: Money }): Promise<TopUpInquiry> {
      const answer = await inquire(order);
      if (answer.kind === 'answer') return answer;
      const claimedBy = await claims.claimantOf(order.partnerReferenceNo);
      if (claimedBy !== undefined)
        return { ...answer, mayBeSent: true, isKnown: 'same', claimedBy };
      if (unprovenIn(order) !== undefined || (await wasBrokenOff(client)))
        return { ...answer, mayBeSent: true };
      return answer.refusal !== 'not-bound' && (await mayHaveMoved(order))
        ? { ...answer, mayBeSent: true, isKnown: 'same' }
        : answer;
    },

    /** Top Up. Whether it worked is for Query Top Up to say. */
    async sendTopUp({
      firstRunId,
      provenIn,
      ...order
    }: TopUpOrder & SendingRun): Promise<TopUpSent> {
      const run = unprovenIn({ firstRunId, provenIn });
      if (run !== undefined) return { kind: 'doubtful', doubt: 'earlier-run', unprovenIn: run };
      // An attempt before this one may have sent it: this one sends nothing.
      if (mayBeDoneBefore()) return send(order);
      return (
        (await claimed(order.partnerReferenceNo, provenIn)) ??
        unlessEnded(client, { firstRunId }, () => send(order))
      );
    },

    /**
     * Inquiry, Top Up and Query Top Up in one go, for the many rows of a batch. A second attempt sends nothing: it
     * leaves the question to the top-up's own journey.
     */
    async topUpAtOnce({ firstRunId, provenIn, ...order }: RowOrder): Promise<TopUpAtOnce> {
      const { startToCloseTimeoutMs } = Context.current().info;
      if (mayBeDoneBefore()) return { kind: 'unclear', mayBeSent: true, mayBeUnderWay: true };
      const began = performance.now();
      const run = unprovenIn({ firstRunId, provenIn });
      if (run !== undefined) return { kind: 'unclear', mayBeSent: true, unprovenIn: run };
      const free = await kept({ ...order, provenIn });
      if (typeof free === 'object') return free;
      const target = await inquire(order).catch((error) => {
        if (error instanceof ApplicationFailure) return undefined;
        throw error;
      });
      if (target === undefined) return { kind: 'unclear', mayBeSent: false };
      if (target.kind === 'refused') {
        const { refusal } = target;
        return refusal !== 'not-bound' && (await mayHaveMoved(order))
          ? { kind: 'unclear', mayBeSent: true, isKnown: 'same' }
          : { kind: 'refused', refusal };
      }
      // A worker that was held up meanwhile was given up, and somebody else asks what became of this.
      if (performance.now() - began > startToCloseTimeoutMs)
        return { kind: 'unclear', mayBeSent: false };
      const sent = { ...order, accountId: target.response.customerNumber };
      const answer = await unlessEnded(client, { firstRunId }, () =>
        send({ ...sent, ...target.response }),
      );
      return atOnce(sent, answer, free === 'again');
    },

    /** Query Top Up, once DOKU answers clearly. @param key.sent - what may have reached DOKU. */
    async queryTopUp(key: TopUpKey & { readonly sent?: Sent }): Promise<TopUpFact> {
      const ended = () => absence.provenEnd(() => ask(key), isOver, key.sent);
      return absence.proven(ended, isUnknownToDoku, key.sent);
    },

    /** Accounts that the customer had before: a top-up may have gone there. */
    async formerAccountsOf({ customerId }: { customerId: string }): Promise<readonly string[]> {
      return formerAccounts(client, customerId);
    },

    /** Query Top Up again and again while DOKU works on it, from seconds to days. */
    async awaitTopUpEnd(key: TopUpKey): Promise<TopUpFact> {
      const fact = await heardTwice(() => ask(key), isOver);
      if (fact.status === 'open') throw stillPending('DOKU is working on it', slower);
      return fact;
    },
  };
}

export type TopUpActivities = ReturnType<typeof createTopUpActivities>;
