import { setHandler } from '@temporalio/workflow';
import { parsed } from './bad-input.js';
import { Journey } from './journey.js';
import {
  type StrayNotificationInput,
  type StrayNotificationOutcome,
  type StrayNotificationResult,
  strayNotificationInputSchema,
  strayNotificationStatusQuery,
} from './stray-notification-contract.js';

/** Keeps a notification that no journey knows until an operator has looked. Contract: `stray-notification-contract.ts`. */
export async function strayNotification(
  input: StrayNotificationInput,
): Promise<StrayNotificationResult> {
  const { partnerReferenceNo, latestTransactionStatus } = parsed(
    strayNotificationInputSchema,
    input,
    'input',
  );
  const journey = new Journey<
    'needs-attention' | StrayNotificationOutcome,
    StrayNotificationResult
  >(`Notification of ${partnerReferenceNo}`, 'needs-attention', { partnerReferenceNo });
  setHandler(strayNotificationStatusQuery, () => ({
    partnerReferenceNo,
    status: journey.status,
    ...(journey.attention && { attention: journey.attention }),
  }));
  journey.story.tell(`DOKU notified status ${latestTransactionStatus}`);
  return journey.run(
    async () => {
      const { decision } = await journey.park({
        reason: 'DOKU notified a reference that no journey knows',
        check: [
          `Look up ${partnerReferenceNo} in DOKU's back office: who asked for it, and has it moved money?`,
        ],
        decisions: ['explained', 'dismissed'],
      });
      return { partnerReferenceNo, outcome: decision };
    },
    () => {},
  );
}
