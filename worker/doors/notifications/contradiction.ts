/**
 * Whether what DOKU notifies goes with how a journey ended. Where it does, there is nothing to do.
 *
 * @module
 */

import type { Client } from '@temporalio/client';
import type { ListedJourney } from '../../../activities/reconciliation/listed-journeys.js';
import { isUnreadable, resultOf } from '../../../activities/reconciliation/records.js';
import {
  type TransactionStatus,
  transactionStatusOf,
} from '../../../activities/snap/transaction-status.js';
import { ownMember } from '../../../contract/own-member.js';
import type { Notification } from './checks.js';

/** News that comes late, or out of order, says of what was paid that it is open. */
const MOVED = new Set<TransactionStatus>(['success', 'open']);
const NOTHING = new Set<TransactionStatus>(['cancelled', 'refunded', 'failed', 'not-found']);
/** What is held, captured and given back shows under one number. */
const HELD = new Set<TransactionStatus>(['success', 'open', 'cancelled', 'refunded']);

/** By how the journeys that DOKU notifies of end. */
const FITTING: Readonly<Record<string, ReadonlySet<TransactionStatus>>> = {
  paid: MOVED,
  completed: MOVED,
  captured: HELD,
  voided: HELD,
  cancelled: NOTHING,
  refunded: NOTHING,
  declined: NOTHING,
  expired: NOTHING,
  failed: NOTHING,
  'insufficient-funds': NOTHING,
  abandoned: NOTHING,
};

/** @throws where Temporal does not answer. */
export async function contradicts(
  client: Client,
  { latestTransactionStatus, amount }: Notification,
  journey: ListedJourney,
): Promise<boolean> {
  // It was broken off: nobody has said how it ended.
  if (journey.status !== 'COMPLETED') return true;
  const fitting = ownMember(FITTING, journey.journeyStatus);
  if (!fitting?.has(transactionStatusOf(latestTransactionStatus))) return true;
  if (amount === undefined || fitting === NOTHING) return false;
  const moved = await amountIn(client, journey);
  return moved !== undefined && moved !== amount;
}

/** What a journey moved; nothing where its result does not tell. */
async function amountIn(client: Client, journey: ListedJourney): Promise<string | undefined> {
  try {
    const { amount } = await resultOf<{ amount?: { value: string } }>(client, journey);
    return amount?.value;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}
