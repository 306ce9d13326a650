import {
  ActivityFailure,
  type ActivityInput,
  isCancellation,
  type Next,
  patched,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { TopUpAtOnce } from '../../activities/top-up.js';

/** Activities that answer with a {@link Move}. */
const MOVES: readonly string[] = [
  'requestPurchase',
  'cancelPurchase',
  'refundPurchase',
  'authorizePayment',
  'capturePayment',
  'voidPayment',
  'sendTopUp',
  'sendTransfer',
  'createAccount',
  'requestOtp',
  'verifyOtp',
  'bindAccount',
  'unbindAccount',
];
const ROW = 'topUpAtOnce';
const DOUBT: Move<never> = { kind: 'doubtful', doubt: 'worker-lost' };
const DOUBT_OF_ROW: TopUpAtOnce = { kind: 'unclear', mayBeSent: true };

/**
 * A call that may move money and fails as no worker has it fail was ended by somebody, by `temporal activity fail`, say: whether it
 * reached DOKU is a question, and no end (money rule 2).
 */
export const failedMoves: WorkflowOutboundCallsInterceptor = {
  async scheduleActivity(
    input: ActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      const isMove = input.activityType === ROW || MOVES.includes(input.activityType);
      const isEnded = error instanceof ActivityFailure && !isCancellation(error);
      if (!isMove || !isEnded || !patched('failed-moves-are-doubtful')) throw error;
      return input.activityType === ROW ? DOUBT_OF_ROW : DOUBT;
    }
  },
};
