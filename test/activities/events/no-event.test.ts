import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createEventActivities } from '../../../activities/events/index.js';
import type { JourneyEvent } from '../../../contract/event.js';

test('what is no event is delivered to nobody', async () => {
  const { deliverEvent, deliverEvents } = createEventActivities({
    ...{ settings: undefined, now: () => new Date(), hasWaiting: async () => false },
  });
  const token = { accessToken: 'a', expiresAt: '2026-11-28T00:00:00Z' } as unknown as JourneyEvent;
  const refused = { type: 'NoEvent', nonRetryable: true };
  const environment = new MockActivityEnvironment();
  await assert.rejects(environment.run(deliverEvent, token), refused);
  await assert.rejects(environment.run(deliverEvents, [token]), refused);
});
