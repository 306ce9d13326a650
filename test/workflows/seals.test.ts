import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPayloadConverter } from '@temporalio/common';
import { identified } from '../../workflows/mechanisms/seal.js';
import { Seals } from '../../workflows/mechanisms/seals.js';

const signalName = 'partPaused';
const MINUTE = 60_000;

test('a copy of a signal is refused however long ago it came, and whatever came since', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-28T10:00:00Z') });
  const seals = new Seals([signalName]);
  const told = (id: string) => {
    const payload = identified(defaultPayloadConverter.toPayload(false), Buffer.from(id));
    seals.note([{ signalWorkflow: { signalName, input: [payload] } }]);
    return seals.takeSignal({ signalName });
  };
  assert.equal(told('go on'), undefined);
  for (const id of ['pause', 'go on again', 'pause again']) {
    t.mock.timers.tick(11 * MINUTE);
    assert.equal(told(id), undefined);
  }
  assert.equal(told('go on'), 'is a copy of what was sent before');
});
