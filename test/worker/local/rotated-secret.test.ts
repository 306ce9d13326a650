import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { startEventReceiver } from '../../setting/event-receiver.js';
import { newPayloadKey } from '../../setting/payload-keys.js';
import { startQuickStack } from '../../setting/quick-stack.js';
import { eventually, idr } from '../../setting/shop.js';

test('the worker of `npm start` reads the secrets of events again, where they are files', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-rotated-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
  const receiver = await startEventReceiver();
  after(() => receiver.close());
  writeFileSync(first, `whsec_${newPayloadKey('x').split(':')[1]}`);
  const { shop, stop } = await startQuickStack({
    EVENTS_URL: receiver.url,
    EVENTS_SECRET_FILE: first,
    EVENTS_SECOND_SECRET_FILE: second,
    EVENTS_LONGEST_PAUSE: '2 seconds',
  });
  after(stop);
  const { topUp } = shop.journeys;
  await topUp.start({ partnerReferenceNo: 'TOP-1', customerId: 'nobody', amount: idr('100.00') });
  await topUp.result('TOP-1', { deadline: Date.now() + 30_000 });
  await eventually(
    async () => receiver.refused.length,
    (refused) => refused > 0,
  );
  assert.deepEqual(receiver.takenOf('top-up/TOP-1'), []);
  writeFileSync(second, receiver.secret);
  const told = await eventually(
    async () => receiver.takenOf('top-up/TOP-1'),
    ({ length }) => length > 0,
  );
  assert.deepEqual(
    told.map(({ type }) => type),
    ['top-up.failed'],
  );
});
