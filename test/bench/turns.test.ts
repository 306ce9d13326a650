import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whileStarted } from '../../bench/started.js';
import { inTurns } from '../../bench/turns.js';

test('contenders take turns back and forth, and each keeps what its own turns came to', async () => {
  const order: string[] = [];
  const seen = await inTurns(['a', 'b', 'c'], 3, async (name) => order.push(name));
  assert.equal(order.join(''), 'abccbaabc');
  assert.deepEqual(seen.get('a'), [1, 6, 7]);
});

test('all that was started is stopped in reverse order, also what another failure overtook', async () => {
  const stopped: string[] = [];
  const starting = async (name: string) => ({ stop: async () => void stopped.push(name) });
  await assert.rejects(
    whileStarted(async (keep) => {
      await keep(starting('server'));
      await Promise.all([keep(starting('worker')), keep(Promise.reject(new Error('no port')))]);
    }),
    /no port/,
  );
  assert.deepEqual(stopped, ['worker', 'server']);
});
