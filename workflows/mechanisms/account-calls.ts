import { proxyActivities } from '@temporalio/workflow';
import type { AccountActivities } from '../../activities/account.js';
import type { BindingActivities } from '../../activities/binding.js';
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

export const bindingQuestions =
  proxyActivities<Pick<BindingActivities, 'surveyBinding' | 'proveBinding'>>(QUESTION);

export const bindingWait = proxyActivities<Pick<BindingActivities, 'awaitBinding'>>(WAIT);

/** The exchange of a code is safe to repeat: a used code is recovered from Account Inquiry. So is ending a wallet. */
export const handOver = proxyActivities<
  Pick<AccountActivities, 'endWallet'> & Pick<BindingActivities, 'bindWallet'>
>({
  startToCloseTimeout: '90 seconds',
  scheduleToCloseTimeout: PATIENCE,
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});
