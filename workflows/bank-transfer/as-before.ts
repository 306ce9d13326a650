import { sleep } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { HistoryQuestion } from '../../activities/history.js';
import type { BankTransferResult, BankTransferStatus } from '../../contract/bank-transfer.js';
import { HistoryTruth } from '../mechanisms/history-truth.js';
import type { Journey } from '../mechanisms/journey.js';
import type { End } from './ends.js';

/** A request that reached nobody is sent again, but not a day after the customer confirmed it. */
const SEND_WITHIN_MS = 24 * 3_600_000;
const LONGEST_PAUSE_MS = 60_000;
/** DOKU's books may lag behind a payment: looked at again after these pauses before an operator is asked. */
const HISTORY_PAUSES_MS = [1_000, 4_000, 15_000];

export interface SentBefore {
  readonly journey: Journey<BankTransferStatus, BankTransferResult>;
  readonly question: () => HistoryQuestion;
  readonly amount: string;
  readonly check: string;
  readonly send: () => Promise<Move<{ referenceNo?: string }>>;
}

/**
 * How Payment was sent and looked up until December 2026: for the histories of transfers that were open then.
 *
 * @param first - the answer to the first send.
 */
export async function sendAsBefore(
  transfer: SentBefore,
  first: Move<{ referenceNo?: string }>,
): Promise<End> {
  const { journey, send, ...asked } = transfer;
  let isToSendAgain = false;
  const truth = new HistoryTruth({
    ...asked,
    journey,
    records: { 'record-completed': { status: 'success' }, 'record-failed': { status: 'closed' } },
    actions: {
      'send-again': () => {
        isToSendAgain = true;
      },
    },
  });
  const giveUpAt = Date.now() + SEND_WITHIN_MS;
  let answer = first;
  for (let pause = 1_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    if (answer.kind === 'accepted') return { outcome: 'completed' };
    if (answer.kind === 'refused') return { outcome: 'failed', reason: answer.refusal };
    if (answer.kind === 'not-sent') {
      if (Date.now() >= giveUpAt) return { outcome: 'failed', reason: 'DOKU is out of reach' };
      await sleep(pause, { summary: 'before Payment is sent' });
    } else {
      const end = await proven(truth, () => isToSendAgain);
      if (end) return end;
      isToSendAgain = false;
    }
    answer = await send();
  }
}

/** @returns the end that DOKU's history or an operator's word proves; nothing where an operator wants it sent again. */
async function proven(truth: HistoryTruth, isToSendAgain: () => boolean): Promise<End | undefined> {
  for (let looks = 0; ; ) {
    const fact = await truth.ask();
    if (isToSendAgain()) return undefined;
    if (fact.status === 'success') return { outcome: 'completed' };
    if (fact.status === 'closed' || fact.status === 'cancelled')
      return { outcome: 'failed', reason: fact.status };
    const pause = HISTORY_PAUSES_MS[looks++];
    if (pause !== undefined) {
      await sleep(pause, { summary: "before DOKU's history is read again" });
    } else if (fact.status === 'open') {
      await sleep(15 * 60_000, { summary: "before DOKU's history is read again" });
    } else {
      await truth.park("Payment got no clear answer, and DOKU's history does not have it");
      if (isToSendAgain()) return undefined;
      looks = 0;
    }
  }
}
