import { patched } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { HistoryFact } from '../../activities/history.js';
import type { BankTransferResult, BankTransferStatus } from '../../contract/bank-transfer.js';
import type { HistoryTruth } from '../mechanisms/history-truth.js';
import type { Journey } from '../mechanisms/journey.js';
import { type Proven, sendUntilProven } from '../mechanisms/send-until-proven.js';
import type { Known } from '../mechanisms/truth.js';

export type PaymentAnswer = Move<{ referenceNo?: string }>;

export interface Sending {
  readonly journey: Journey<BankTransferStatus, BankTransferResult>;
  readonly truth: HistoryTruth;
  readonly send: () => Promise<PaymentAnswer>;
  readonly isStopped: () => boolean;
  /** What DOKU has of it that this run has not sent, in whichever account of the customer's. */
  readonly earlier: () => Promise<Known<HistoryFact> | undefined>;
}

/**
 * What becomes of a payment that was not accepted at once. Only what certainly has not reached DOKU is sent again: an hour
 * after a lost request the customer has long been told something else.
 *
 * @param first - the answer to the first send.
 */
export function sendTransfer(sending: Sending, first: PaymentAnswer): Promise<Proven<HistoryFact>> {
  const { journey, truth, send, isStopped } = sending;
  let next: PaymentAnswer | undefined = first;
  let answer: PaymentAnswer = first;
  const hasSent = () => answer.kind === 'doubtful' && answer.doubt !== 'earlier-run';
  return sendUntilProven<HistoryFact>(
    {
      name: 'Payment',
      send: async () => {
        answer = next ?? (await send());
        next = undefined;
        return answer;
      },
      ask: async (sent) => {
        if (sent?.isAccepted) return acceptedTransfer(truth);
        for (;;) {
          const fact = await truth.final(sent);
          if (!hasSent()) return fact;
          const own = await ownOf(sending, fact, answer);
          if (own) return own;
        }
      },
      isUndone: (fact) => fact.status === 'absent' && !hasSent(),
      isStopped: () => next === undefined && isStopped(),
      onDoubt: (isInDoubt) => journey.doubt(isInDoubt),
    },
    journey.story,
  );
}

/** What DOKU accepted; it ended completed by that alone until it was held against history. */
export async function acceptedTransfer(truth: HistoryTruth): Promise<Known<HistoryFact>> {
  if (!patched('accepted-is-proven')) return { status: 'success' };
  return truth.accepted({ lastSentAt: new Date().toISOString() });
}

/** @returns what DOKU's word means for this very transfer; nothing where an operator wants it asked for again. */
async function ownOf(
  { truth, earlier }: Sending,
  told: Known<HistoryFact>,
  answer: PaymentAnswer,
): Promise<Known<HistoryFact> | undefined> {
  if (told.isOperatorsWord || answer.kind !== 'doubtful') return told;
  let fact = told;
  // One account's history is no proof: an earlier life of the journey, forgotten since, may have been about another one.
  if (fact.status === 'absent' && patched('absence-elsewhere')) {
    const found = await earlier();
    if (!found && answer.doubt === 'known-to-doku')
      return truth.park('DOKU knows this number, and no history of the customer has it');
    fact = found ?? fact;
  }
  // No history says to whose bank account it went.
  const isMoved = fact.status === 'success' && !fact.isOperatorsWord;
  if (isMoved && answer.isOtherwise && patched('number-used-otherwise'))
    return truth.park('DOKU has this number with other particulars: to whom did it go?');
  return fact;
}
