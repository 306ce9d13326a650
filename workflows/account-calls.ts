import { proxyActivities } from '@temporalio/workflow';
import type { AccountActivities } from '../activities/account.js';

/** Each makes DOKU act towards the customer, so none is repeated blindly (see `activities/move.ts`). */
export const requests = proxyActivities<
  Pick<AccountActivities, 'createAccount' | 'verifyOtp' | 'bindAccount'>
>({
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 2, initialInterval: '1 second' },
});

/** Open as long as the journey waits; its own timer ends it. */
export const bindingWait = proxyActivities<Pick<AccountActivities, 'awaitBinding'>>({
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});

/** The exchange of a code is safe to repeat: a used code is recovered from Account Inquiry. */
export const handOver = proxyActivities<Pick<AccountActivities, 'bindWallet'>>({
  startToCloseTimeout: '90 seconds',
  scheduleToCloseTimeout: '1 hour',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});
