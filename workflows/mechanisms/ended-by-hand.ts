import {
  ActivityFailure,
  type ActivityInput,
  ApplicationFailure,
  isCancellation,
  type Next,
  patched,
  sleep,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import type { Move } from '../../activities/calling/move.js';
import type { TopUpAtOnce } from '../../activities/top-up.js';
import { UNPROVEN_ANSWER } from './unproven-answers.js';

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
const DOUBT_OF_ROW: TopUpAtOnce = { kind: 'unclear', mayBeSent: true, mayBeUnderWay: true };

/** Before a question is asked again that somebody has answered without a key; each time twice as long. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * What somebody else than a worker ended, by `temporal activity fail`, say. Whether a call that may move money reached DOKU is a
 * question then, and no end (money rule 2); what only asks, or waits, does so once more.
 */
export const endedByHand: WorkflowOutboundCallsInterceptor = {
  async scheduleActivity(
    input: ActivityInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
  ): Promise<unknown> {
    const isRow = input.activityType === ROW;
    const isMove = isRow || MOVES.includes(input.activityType);
    let pauseMs = PAUSE_MS;
    for (let call = input; ; call = { ...input, seq: getActivator().nextSeqs.activity++ }) {
      try {
        return await next(call);
      } catch (error) {
        if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
        if (isMove && patched('failed-moves-are-doubtful')) return isRow ? DOUBT_OF_ROW : DOUBT;
        if (!isUnproven(error)) throw error;
        await sleep(pauseMs, { summary: 'before it is asked again: nobody with a key answered' });
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  },
};

const isUnproven = ({ cause }: ActivityFailure): boolean =>
  cause instanceof ApplicationFailure && cause.type === UNPROVEN_ANSWER;
