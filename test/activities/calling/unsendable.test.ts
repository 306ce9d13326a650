import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { askUntilClear } from '../../../activities/calling/ask.js';
import { moveOnce } from '../../../activities/calling/move.js';
import { createSnapClient, snapSettings } from '../../../activities/snap/index.js';
import type { HttpRequest } from '../../../activities/snap/transport.js';

/** A client of a DOKU that hears everything and answers `body`. */
function clientOf(body: unknown = { responseCode: '2005700' }) {
  const heard: string[] = [];
  const token = { accessToken: 't', generation: 1, expiresAt: '2099-01-01T00:00:00Z' };
  const snap = createSnapClient({
    settings: snapSettings({ baseUrl: 'http://127.0.0.1:1' }),
    credentials: { clientId: 'BRN-1', clientSecret: 'SK', privateKey: '' },
    tokens: { b2b: async () => token, customer: async () => token },
    transport: {
      post: async (request: HttpRequest) => {
        heard.push(request.body);
        return { status: 200, text: JSON.stringify(body), retryAfter: undefined };
      },
      close: () => {},
    },
  });
  return { snap, heard };
}

const inActivity = <Result>(run: () => Promise<Result>) =>
  new MockActivityEnvironment().run(run) as Promise<Result>;
const cancelled = (reason: string) => {
  const { snap, heard } = clientOf();
  const move = inActivity(() =>
    moveOnce(
      () =>
        snap.purchaseCancel({ originalPartnerReferenceNo: 'INV-1', reason }, { customerId: 'c' }),
      () => null,
    ),
  );
  return move.then((answer) => ({ answer, reason: JSON.parse(heard[0] ?? '{}').reason }));
};

describe('what DOKU would not take', () => {
  test('words are cut, without cutting a character, and a reversal is never refused for them', async () => {
    const long = await cancelled('x'.repeat(500));
    assert.deepEqual([long.answer.kind, long.reason], ['accepted', 'x'.repeat(256)]);
    const wide = await cancelled(`x${'🙂'.repeat(200)}`);
    assert.equal(wide.reason, `x${'🙂'.repeat(127)}`);
    assert.equal((await cancelled('  ')).reason, '-');
  });

  test('what DOKU gave us goes back as it is', async () => {
    const { snap, heard } = clientOf({ responseCode: '2003800' });
    const sessionId = 's'.repeat(40);
    const order = {
      partnerReferenceNo: 'TOP-1',
      customerNumber: '1'.repeat(36),
      amount: { value: '1.00', currency: 'IDR' as const },
      sessionId,
    };
    assert.equal((await snap.topUp(order, { customerId: 'c' })).kind, 'succeeded');
    assert.equal(JSON.parse(heard[0] ?? '').sessionId, sessionId);
  });

  test('a move that cannot be sent is refused at once, and says which field it is', async () => {
    const { snap, heard } = clientOf();
    const order = { originalPartnerReferenceNo: 'x'.repeat(65), reason: 'r' };
    const answer = await inActivity(() =>
      moveOnce(
        () => snap.purchaseCancel(order, { customerId: 'c' }),
        () => null,
      ),
    );
    assert.ok(answer.kind === 'refused');
    assert.equal(answer.refusal, 'unsendable');
    assert.match(answer.why ?? '', /^purchaseCancel: originalPartnerReferenceNo: /);
    const nobody = await inActivity(() =>
      moveOnce(
        () => snap.purchaseCancel({ originalPartnerReferenceNo: 'INV-1', reason: 'r' }),
        () => null,
      ),
    );
    assert.ok(nobody.kind === 'refused');
    assert.match(nobody.why ?? '', /customerId: is needed/);
    assert.deepEqual(heard, []);
  });

  test('a question that cannot be sent is not asked for ever', async () => {
    const { snap } = clientOf();
    const asked = inActivity(() =>
      askUntilClear(() =>
        snap.purchaseStatus({ originalPartnerReferenceNo: '' }, { customerId: 'c' }),
      ),
    );
    await assert.rejects(asked, { type: 'UnsendableRequest', nonRetryable: true });
  });

  test('a question whose answer cannot be read says so, and is no silence', async () => {
    const { snap } = clientOf({ responseCode: '2005500', latestTransactionStatus: [] });
    const asked = inActivity(() =>
      askUntilClear(() =>
        snap.purchaseStatus({ originalPartnerReferenceNo: 'INV-1' }, { customerId: 'c' }),
      ),
    );
    await assert.rejects(
      asked,
      /wrong-shape \(2005500, wrong shape at latestTransactionStatus, which held a list/,
    );
  });
});
