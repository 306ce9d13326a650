import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { onStopSignal } from '../../worker/stop-signals.js';

after(() => process.removeAllListeners('SIGUSR2'));

test('a Ctrl-C that npm passes on beside the terminal’s own ends nothing at once', () => {
  let stops = 0;
  onStopSignal(() => {
    stops += 1;
  }, ['SIGUSR2']);
  process.emit('SIGUSR2');
  process.emit('SIGUSR2');
  assert.equal(stops, 1);
});
