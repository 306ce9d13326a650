import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startSignedSandbox } from '../../setting/signed-sandbox.js';

const { doku, close } = await startSignedSandbox();

describe('the control API', () => {
  after(close);

  test('a bad control request names its field', async () => {
    await assert.rejects(
      doku.call('POST', 'faults', { operation: 'purchase', fault: 'gremlin', when: 'before' }),
      /400 .*fault/,
    );
    await assert.rejects(doku.call('POST', 'clock', { advanceMs: 'soon' }), /400 .*advanceMs/);
  });
});
