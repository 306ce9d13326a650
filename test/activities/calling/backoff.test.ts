import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BackingOffError, withBackoff } from '../../../activities/calling/backoff.js';
import type { SnapClient } from '../../../activities/snap/client.js';

describe('when DOKU asks for fewer requests', () => {
  let now = 0;
  let sent = 0;
  const throttled = { kind: 'throttled', retryAfterMs: 60_000, externalId: '1', sends: 1 };
  const snap = withBackoff(
    {
      balanceInquiry: async () => {
        sent += 1;
        return throttled;
      },
      topUp: async () => {
        sent += 1;
        return { kind: 'pending', externalId: '2', sends: 1 };
      },
      decryptAuthCode: (text: string) => text,
    } as unknown as SnapClient,
    () => new Date(now),
  );
  const balance = () => snap.balanceInquiry({ partnerReferenceNo: 'A' });
  const topUp = () => snap.topUp({} as Parameters<SnapClient['topUp']>[0]);

  test('no call of the process is sent until then, and each says for how long', async () => {
    await balance();
    assert.equal(sent, 1);
    now = 10_000;
    await assert.rejects(topUp(), (error) => {
      assert.ok(error instanceof BackingOffError);
      assert.equal(error.retryAfterMs, 50_000);
      return true;
    });
    assert.equal(sent, 1);
    now = 60_000;
    await topUp();
    assert.equal(sent, 2);
  });

  test('a short wait is sat out', async () => {
    await balance();
    now += 59_990;
    const before = sent;
    await topUp();
    assert.equal(sent, before + 1);
  });
});
