import type { Move } from '../../activities/calling/move.js';
import type { HistoryFact } from '../../activities/history.js';
import type { BankTransferResult, BankTransferStatus } from '../../contract/bank-transfer.js';
import type { HistoryTruth } from '../mechanisms/history-truth.js';
import type { Journey } from '../mechanisms/journey.js';
import { type Proven, sendUntilProven } from '../mechanisms/send-until-proven.js';

export type PaymentAnswer = Move<{ referenceNo?: string }>;

export interface Sending {
  readonly journey: Journey<BankTransferStatus, BankTransferResult>;
  readonly truth: HistoryTruth;
  readonly send: () => Promise<PaymentAnswer>;
  readonly isStopped: () => boolean;
}

/**
 * What becomes of a payment that was not accepted at once. Only what certainly has not reached DOKU is sent again: an hour
 * after a lost request the customer has long been told something else.
 *
 * @param first - the answer to the first send.
 */
export function sendTransfer(
  { journey, truth, send, isStopped }: Sending,
  first: PaymentAnswer,
): Promise<Proven<HistoryFact>> {
  let next: PaymentAnswer | undefined = first;
  let hasSent = false;
  return sendUntilProven<HistoryFact>(
    {
      name: 'Payment',
      send: async () => {
        const answer = next ?? (await send());
        next = undefined;
        hasSent = answer.kind === 'doubtful' && answer.doubt !== 'earlier-run';
        return answer;
      },
      ask: async (sent) => (sent?.isAccepted ? { status: 'success' } : truth.final(sent)),
      isUndone: (fact) => fact.status === 'absent' && !hasSent,
      isStopped: () => next === undefined && isStopped(),
      onDoubt: (isInDoubt) => journey.doubt(isInDoubt),
    },
    journey.story,
  );
}
