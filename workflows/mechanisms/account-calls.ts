import { proxyActivities } from '@temporalio/workflow';
import type { AccountActivities } from '../../activities/account.js';
import { MOVE, PATIENCE, QUESTION, WAIT } from './call-options.js';

export const requests =
  proxyActivities<
    Pick<
      AccountActivities,
      'createAccount' | 'requestOtp' | 'verifyOtp' | 'bindAccount' | 'unbindAccount'
    >
  >(MOVE);

export const questions =
  proxyActivities<Pick<AccountActivities, 'findBinding' | 'isBound'>>(QUESTION);

export const bindingWait = proxyActivities<Pick<AccountActivities, 'awaitBinding'>>(WAIT);

/** The exchange of a code is safe to repeat: a used code is recovered from Account Inquiry. So is ending a wallet. */
export const handOver = proxyActivities<Pick<AccountActivities, 'bindWallet' | 'endWallet'>>({
  startToCloseTimeout: '90 seconds',
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});
