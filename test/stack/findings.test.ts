import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { raiseFinding } from '../../activities/journeys/findings.js';
import type { FindingView } from '../../contract/finding.js';
import { findingWorkflowId } from '../../contract/identity.js';
import type { Stack } from '../../worker/local/stack.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually } from '../setting/shop.js';

describe('a finding swallows no news', { concurrency: true }, () => {
  let stack: Stack;
  before(async () => {
    stack = await startQuickStack();
  });
  after(() => stack?.stop());

  function findingOf(partnerReferenceNo = `INV-${randomUUID()}`) {
    const handle = () =>
      stack.client.workflow.getHandle(findingWorkflowId('status', partnerReferenceNo));
    return {
      handle,
      raise: (...facts: string[]) =>
        raiseFinding(stack.client, 'doku-journeys', {
          kind: 'status',
          partnerReferenceNo,
          facts,
          check: 'Look.',
        }),
      known: async () =>
        (await handle().query<FindingView>('status')).attention?.known.map(({ fact }) => fact),
      explain: async () => {
        await eventually(
          () => handle().query<FindingView>('status'),
          ({ attention }) => attention !== undefined,
        );
        await handle().executeUpdate('resolve', {
          args: [{ decision: 'explained', operator: 'ani', note: 'seen' }],
        });
        await handle().result();
      },
    };
  }

  test('the same again changes nothing, and leaves no event', async () => {
    const { raise, handle } = findingOf();
    assert.equal(await raise('here: paid', 'at DOKU: cancelled'), 'raised');
    assert.equal(await raise('here: paid', 'at DOKU: cancelled'), 'known');
    const before = (await handle().describe()).historyLength;
    for (let times = 0; times < 20; times++)
      assert.equal(await raise('here: paid', 'at DOKU: cancelled'), 'known');
    assert.equal((await handle().describe()).historyLength, before);
  });

  test('other facts join an open one, where its operator sees them', async () => {
    const { raise, known, explain } = findingOf();
    await raise('at DOKU: cancelled');
    assert.equal(await raise('at DOKU: refunded'), 'added');
    const facts = await eventually(known, (told) => told !== undefined);
    assert.ok(facts?.includes('at DOKU: cancelled') && facts.includes('at DOKU: refunded'));
    await explain();
    assert.equal(await raise('at DOKU: refunded'), 'known');
  });

  test('what an operator explained stays so; anything else is raised again', async () => {
    const { raise, known, explain } = findingOf();
    await raise('at DOKU: cancelled');
    await explain();
    assert.equal(await raise('at DOKU: cancelled'), 'known');
    assert.equal(await raise('at DOKU: success'), 'raised-again');
    assert.deepEqual(
      (await eventually(known, (told) => told !== undefined))?.includes('at DOKU: success'),
      true,
    );
    await explain();
    assert.equal(await raise('at DOKU: cancelled'), 'known');
    assert.equal(await raise('at DOKU: success'), 'known');
  });

  test('a finding that somebody terminated was explained by nobody', async () => {
    const { raise, handle } = findingOf();
    await raise('at DOKU: cancelled');
    await handle().terminate('away with it');
    assert.equal(await raise('at DOKU: cancelled'), 'raised-again');
  });

  test('raised by many at once, each report is held once', async () => {
    const { raise, known } = findingOf();
    const raised = await Promise.all(
      Array.from({ length: 8 }, (_, index) => raise(`at DOKU: ${index % 4}`)),
    );
    assert.deepEqual(raised.toSorted(), [
      ...Array(3).fill('added'),
      ...Array(4).fill('known'),
      'raised',
    ]);
    assert.equal((await known())?.filter((fact) => fact.startsWith('at DOKU')).length, 4);
  });

  test('a reference of any form, and words of any length, are raised', async () => {
    const { raise } = findingOf(`faktur № ${randomUUID()}`);
    assert.equal(await raise('x'.repeat(500)), 'raised');
    assert.equal(await raise('x'.repeat(500)), 'known');
  });
});
