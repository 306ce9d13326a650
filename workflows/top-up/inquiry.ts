import { ActivityFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { SendingRun } from '../../activities/journeys/run.js';
import type { TopUpActivities, TopUpInquiry, TopUpKey } from '../../activities/top-up.js';
import type { Money } from '../../contract/money.js';
import { QUESTION } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import type { Journey, JourneyResult } from '../mechanisms/journey.js';

const { inquireTopUp } = proxyActivities<Pick<TopUpActivities, 'inquireTopUp'>>(QUESTION);

/**
 * Asks whether the wallet may be topped up, however long it takes to get an answer.
 *
 * @param isStopped - nobody needs the answer any more.
 */
export async function inquire(
  order: TopUpKey & SendingRun & { readonly amount: Money },
  // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own statuses are
  journey: Journey<any, JourneyResult<any>>,
  isStopped: () => boolean,
): Promise<TopUpInquiry | { readonly kind: 'stopped' | 'given-up' }> {
  for (;;) {
    const waited = await interruptible(
      () =>
        inquireTopUp.executeWithOptions(
          { summary: `Inquiry before top-up ${order.partnerReferenceNo}` },
          [order],
        ),
      () => isStopped() && patched('stop-ends-inquiry'),
    );
    if (waited.kind === 'interrupted') return { kind: 'stopped' };
    if (waited.kind === 'done') return waited.value;
    if (!(waited.error instanceof ActivityFailure)) throw waited.error;
    // Nothing has moved yet, but a payout that silently fails is no better: somebody has to look.
    const { decision } = await journey.park({
      reason: 'DOKU did not answer the inquiry for a day',
      check: ['Is DOKU in maintenance? Is the merchant still enabled for top-ups?'],
      decisions: ['ask-again', 'give-up'],
    });
    if (decision === 'give-up') return { kind: 'given-up' };
  }
}
