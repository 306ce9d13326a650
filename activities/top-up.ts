/**
 * The calls of a top-up, from the merchant's corporate balance to a customer's wallet.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Money, senOf } from '../contract/money.js';
import type { Answer } from '../contract/reads.js';
import { inquireAccount } from './account-inquiry.js';
import type { Absence, Sent } from './calling/absence.js';
import {
  askUntilAnswered,
  askUntilClear,
  type PollingDelays,
  stillPending,
} from './calling/ask.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import { boundTo } from './journeys/wallet.js';
import { amountText, rupiahOf } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import type { SnapSettings } from './snap/settings.js';
import {
  shownStatus,
  type TransactionStatus,
  transactionStatusOf,
} from './snap/transaction-status.js';

/** Which top-up, and whose wallet. */
export interface TopUpKey {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
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

/** What DOKU's Query Top Up says. */
export interface TopUpFact {
  readonly status: TransactionStatus;
  /** DOKU's own code, where the status is unknown. */
  readonly statusCode?: string;
  readonly referenceNo?: string;
  /** What DOKU holds as the amount, when it says: "10000.00", or "USD 10000.00" where it is no rupiah. */
  readonly amount?: string;
}

/** A pending top-up may take days: its questions grow rarer than a customer's, who waits at a page. */
const SLOWER = 20;

/** How far a top-up came in one go. */
export type TopUpAtOnce =
  | { readonly kind: 'completed'; readonly referenceNo?: string }
  | { readonly kind: 'refused'; readonly refusal: string }
  /** Something is not final or not known: its own journey has to find out, by asking first where it may be sent. */
  | { readonly kind: 'unclear'; readonly mayBeSent: boolean };

export interface TopUpDependencies {
  readonly snap: SnapClient;
  readonly client: Client;
  readonly settings: SnapSettings;
  readonly delays: PollingDelays;
  readonly absence: Absence;
}

export function createTopUpActivities({
  snap,
  client,
  settings,
  delays,
  absence,
}: TopUpDependencies) {
  const ask = async ({ partnerReferenceNo, customerId }: TopUpKey): Promise<TopUpFact> => {
    const answer = await askUntilClear(() =>
      snap.topUpStatus({ originalPartnerReferenceNo: partnerReferenceNo }, { customerId }),
    );
    if (answer === 'not-found') return { status: 'not-found' };
    const { latestTransactionStatus, originalReferenceNo, amount } = answer;
    return {
      ...shownStatus(transactionStatusOf, latestTransactionStatus),
      ...(originalReferenceNo && { referenceNo: originalReferenceNo }),
      ...(amount && { amount: amountText(amount) }),
    };
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
        { customerId },
      ),
    );
    if (answer.kind === 'refused') return answer;
    const { sessionId } = answer.response;
    return { kind: 'answer', response: { customerNumber, ...(sessionId && { sessionId }) } };
  };

  const send = ({ customerId, ...request }: TopUpOrder): Promise<Move<{ referenceNo?: string }>> =>
    moveOnce(() => snap.topUp(request, { customerId }), referenceIn);

  const corporateBalance = async (): Promise<string | undefined> => {
    const accountNo = settings.corporateAccountNo;
    if (accountNo === undefined) return undefined;
    const answer = await askUntilAnswered(() =>
      snap.balanceInquiry(
        { partnerReferenceNo: randomUUID(), accountNo },
        { path: settings.corporateBalancePath },
      ),
    );
    if (answer.kind === 'refused') return undefined;
    const [info] = answer.response.accountInfos;
    const balance = info?.availableBalance ?? info?.amount;
    return balance && rupiahOf(balance);
  };

  return {
    /** Top-Up Inquiry, or Account Inquiry where the settings say so: whether this wallet may be topped up. */
    async inquireTopUp(order: TopUpKey & { amount: Money }): Promise<Answer<TopUpTarget>> {
      return inquire(order);
    },

    /** Top Up. Whether it worked is for Query Top Up to say. */
    async sendTopUp(order: TopUpOrder): Promise<Move<{ referenceNo?: string }>> {
      return send(order);
    },

    /**
     * Inquiry, Top Up and Query Top Up in one go, for the many rows of a batch. A second attempt sends nothing: it
     * leaves the question to the top-up's own journey.
     */
    async topUpAtOnce(order: TopUpKey & { amount: Money; notes?: string }): Promise<TopUpAtOnce> {
      if (Context.current().info.attempt > 1) return { kind: 'unclear', mayBeSent: true };
      const target = await inquire(order).catch((error) => {
        if (error instanceof ApplicationFailure) return undefined;
        throw error;
      });
      if (target === undefined) return { kind: 'unclear', mayBeSent: false };
      if (target.kind === 'refused') return { kind: 'refused', refusal: target.refusal };
      const answer = await send({ ...order, ...target.response });
      if (answer.kind === 'refused') return { kind: 'refused', refusal: answer.refusal };
      if (answer.kind !== 'accepted')
        return { kind: 'unclear', mayBeSent: answer.kind !== 'not-sent' };
      const fact = await ask(order).catch((): TopUpFact => ({ status: 'unknown' }));
      const isProven =
        fact.status === 'success' && (fact.amount ?? order.amount.value) === order.amount.value;
      if (!isProven) return { kind: 'unclear', mayBeSent: true };
      const referenceNo = fact.referenceNo ?? answer.response.referenceNo;
      return { kind: 'completed', ...(referenceNo && { referenceNo }) };
    },

    /** Query Top Up, once DOKU answers clearly. @param key.sent - what may have reached DOKU. */
    async queryTopUp(key: TopUpKey & { readonly sent?: Sent }): Promise<TopUpFact> {
      return absence.proven(() => ask(key), isAbsent, key.sent);
    },

    /** Query Top Up again and again while DOKU works on it, from seconds to days. */
    async awaitTopUpEnd(key: TopUpKey): Promise<TopUpFact> {
      const fact = await ask(key);
      if (fact.status === 'open')
        throw stillPending('DOKU is working on it', { ...delays, mostMs: delays.mostMs * SLOWER });
      return fact;
    },

    /** What the merchant has at DOKU for top-ups, "10000.00"; nothing where DOKU does not tell. */
    async queryCorporateBalance(): Promise<string | null> {
      return (await corporateBalance()) ?? null;
    },

    /** Balance Inquiry again and again until the corporate balance covers an amount. */
    async awaitCorporateBalance({ atLeast }: { atLeast: string }): Promise<void> {
      const balance = await corporateBalance();
      if (balance !== undefined && senOf(balance) >= senOf(atLeast)) return;
      throw stillPending('the corporate balance is too low', {
        ...delays,
        mostMs: delays.mostMs * SLOWER,
      });
    },
  };
}

const isAbsent = ({ status }: TopUpFact) => status === 'not-found';

export type TopUpActivities = ReturnType<typeof createTopUpActivities>;
