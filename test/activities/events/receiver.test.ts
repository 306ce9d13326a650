import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { receiverOf, signedRequest } from '../../../activities/events/receiver.js';
import type { JourneyEvent } from '../../../contract/event.js';
import { serverCertificate } from '../../setting/certificates.js';
import { untilEnd } from '../../setting/listening.js';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const EVENT: JourneyEvent = {
  id: 'evt_00000000000000000000000000000001',
  type: 'purchase.paid',
  timestamp: '2026-11-27T10:00:00.000Z',
  data: { journey: 'purchase', workflowId: 'purchase/INV-1', sequence: 1, status: 'paid' },
};

describe('the receiver of events', () => {
  const { listening } = untilEnd();
  const told = (url: string, withinMs = 2_000) =>
    receiverOf({ url, secrets: [newSecret()] }, () => new Date()).tell(EVENT, withinMs);

  test('is told with both signatures of a rotation, and believes either', () => {
    const secrets = [newSecret(), newSecret()];
    const { body, headers } = signedRequest(EVENT, secrets, new Date());
    for (const secret of secrets)
      assert.deepEqual(new Webhook(secret).verify(body, headers), EVENT);
    assert.throws(() => new Webhook(newSecret()).verify(body, headers));
    assert.throws(() => new Webhook(secrets[0] ?? '').verify(`${body} `, headers));
    const anHourAgo = new Date(Date.now() - 3_600_000);
    const old = signedRequest(EVENT, secrets, anHourAgo);
    assert.throws(() => new Webhook(secrets[0] ?? '').verify(old.body, old.headers), /too old/);
  });

  test('is not followed to where it redirects', async () => {
    let asked = 0;
    const port = await listening(
      createHttpServer((_request, response) => {
        asked += 1;
        response.writeHead(308, { location: '/elsewhere' }).end();
      }),
    );
    const reception = await told(`http://127.0.0.1:${port}/events`);
    assert.deepEqual([reception.isTaken, asked], [false, 1]);
    assert.match(reception.why ?? '', /redirect/);
  });

  test('is not told over TLS that nobody vouches for, whatever Node is told', async () => {
    let asked = 0;
    const port = await listening(
      createServer(serverCertificate(), (_request, response) => {
        asked += 1;
        response.writeHead(204).end();
      }),
    );
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { isTaken, isSilence } = await told(`https://localhost:${port}/events`);
      assert.deepEqual([isTaken, isSilence, asked], [false, true, 0]);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  test('that does not answer in time has not taken it', async () => {
    const port = await listening(createHttpServer(() => {}));
    const { isTaken, isSilence, why } = await told(`http://127.0.0.1:${port}/events`, 200);
    assert.deepEqual([isTaken, isSilence], [false, true]);
    assert.match(why ?? '', /no answer within 200 ms/);
  });

  test('that never ends its answer holds no connection', async () => {
    const left = new EventEmitter();
    const port = await listening(
      createHttpServer((_request, response) => {
        response.once('close', () => left.emit('left'));
        response.writeHead(200).write('more');
      }),
    );
    const isLeft = once(left, 'left', { signal: AbortSignal.timeout(30_000) });
    const { isTaken } = await told(`http://127.0.0.1:${port}/events`);
    assert.equal(isTaken, true);
    await isLeft;
  });

  test('says how long it wants to be left alone', async () => {
    const port = await listening(
      createHttpServer((_request, response) => {
        response.writeHead(503, { 'retry-after': '120' }).end();
      }),
    );
    const reception = await told(`http://127.0.0.1:${port}/events`);
    assert.deepEqual([reception.isTaken, reception.retryAfterMs], [false, 120_000]);
  });
});
