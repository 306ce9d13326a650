import { patched } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
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
  let hasSent = false;
  let isKnown = false;
  return sendUntilProven<HistoryFact>(
    {
      name: 'Payment',
      send: async () => {
        const answer = next ?? (await send());
        next = undefined;
        hasSent = answer.kind === 'doubtful' && answer.doubt !== 'earlier-run';
        isKnown = answer.kind === 'doubtful' && answer.doubt === 'known-to-doku';
        return answer;
      },
      ask: async (sent) => {
        if (sent?.isAccepted) return { status: 'success' };
        const fact = await truth.final(sent);
        return hasSent ? notAbsentElsewhere(sending, fact, isKnown, sent) : fact;
      },
      isUndone: (fact) => fact.status === 'absent' && !hasSent,
      isStopped: () => next === undefined && isStopped(),
      onDoubt: (isInDoubt) => journey.doubt(isInDoubt),
    },
    journey.story,
  );
}

/**
 * One account's history is no proof that nothing happened under the number: an earlier life of the journey, which Temporal has
 * forgotten, may have been about another one. What DOKU knows and no history shows is for an operator to find.
 */
async function notAbsentElsewhere(
  { truth, earlier }: Sending,
  told: Known<HistoryFact>,
  isKnown: boolean,
  sent: Sent | undefined,
): Promise<Known<HistoryFact>> {
  for (let fact = told; ; fact = await truth.final(sent)) {
    const isAbsent = fact.status === 'absent' && !fact.isOperatorsWord;
    if (!isAbsent || !patched('absence-elsewhere')) return fact;
    const found = await earlier();
    if (found || !isKnown) return found ?? fact;
    const word = await truth.park('DOKU knows this number, and no history of the customer has it');
    if (word) return word;
  }
}
