import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { startEventReceiver, type TestReceiver } from '../../setting/event-receiver.js';
import { Forger } from './forger.js';

describe('whoever forges events', () => {
  let receiver: TestReceiver;
  before(async () => {
    receiver = await startEventReceiver();
    await told(receiver);
  });
  after(() => receiver?.close());

  test('has none taken by a receiver that verifies', async () => {
    const { sent, taken } = await new Forger(receiver).stopped();
    assert.deepEqual(taken, []);
    assert.ok(sent >= 8, `${sent} sent`);
    assert.equal(receiver.takenOf('purchase/INV-1').length, 1);
  });

  test('has each way taken by one that does not', async (context) => {
    const trusting = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => trusting.listen(0, '127.0.0.1', resolve));
    context.after(() => trusting.close());
    const url = `http://127.0.0.1:${(trusting.address() as AddressInfo).port}`;
    const { sent, taken } = await new Forger({ ...receiver, url }).stopped();
    const ways = new Set(taken).size;
    assert.equal(ways, 7);
    assert.equal(sent, (taken.length / ways) * (ways + 1), 'all but what is true');
  });
});

/** As a worker does. */
async function told({ url, secret }: TestReceiver): Promise<void> {
  const id = `evt_${'1'.repeat(32)}`;
  const at = new Date();
  const body = JSON.stringify({
    id,
    type: 'purchase.paid',
    timestamp: at.toISOString(),
    data: {
      journey: 'purchase',
      workflowId: 'purchase/INV-1',
      sequence: 1,
      status: 'paid',
    },
  });
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
  });
  assert.equal(answer.status, 204);
}
