import { proxyActivities } from '@temporalio/workflow';
import type { TopUpActivities, TopUpFact } from '../../activities/top-up.js';
import type { ParsedTopUpInput, TopUpResult, TopUpStatus } from '../../contract/top-up.js';
import { QUESTION } from '../mechanisms/call-options.js';
import type { Journey } from '../mechanisms/journey.js';
import { otherAmount } from '../mechanisms/other-amount.js';
import { Shown } from '../mechanisms/shown.js';
import { Truth } from '../mechanisms/truth.js';
import type { NumberAtDoku } from './own.js';

const { queryTopUp } = proxyActivities<Pick<TopUpActivities, 'queryTopUp'>>(QUESTION);

/**
 * What is known of a top-up: Query Top Up's word, or an operator's.
 *
 * @param number - what DOKU has under it, which need not be this one.
 */
export const truthOf = (
  { partnerReferenceNo, customerId, amount }: ParsedTopUpInput,
  journey: Journey<TopUpStatus, TopUpResult>,
  number: Pick<NumberAtDoku, 'read' | 'mayBeOwn'>,
) => {
  const shown = new Shown();
  return new Truth<TopUpFact>({
    journey,
    name: 'Query Top Up',
    ask: async (before, limit) => {
      const sent = shown.with(before);
      const fact = await queryTopUp.executeWithOptions(
        { summary: `Query Top Up ${partnerReferenceNo}`, ...limit },
        [{ partnerReferenceNo, customerId, ...(sent && { sent }) }],
      );
      return number.read(shown.noted(fact));
    },
    amount: amount.value,
    asShown: (fact) => {
      const other = otherAmount(amount, fact);
      const isOwn = !fact.isOthers && number.mayBeOwn;
      return isOwn && other !== undefined
        ? { amount: other, fact: { status: 'success', amount: other } }
        : undefined;
    },
    check: `Look up ${partnerReferenceNo} in DOKU's back office: status, amount and customer.`,
    records: {
      'record-completed': { status: 'success' },
      'record-failed': { status: 'failed' },
    },
  });
};
