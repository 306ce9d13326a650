import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Standing } from '../../../activities/events/standing.js';

test('a receiver that takes no events is told of once, and again once it takes them', () => {
  let nowMs = 0;
  const told: (string | undefined)[] = [];
  const standing = new Standing(
    (why) => told.push(why),
    () => nowMs,
  );
  const taken = () => standing.heard({ isTaken: true });
  const refused = (why: string) => standing.heard({ isTaken: false, why });
  taken();
  assert.deepEqual(told, [], 'all is well');
  refused('no connection (ECONNREFUSED)');
  refused('no success (HTTP 401)');
  assert.deepEqual(told.splice(0), ['no connection (ECONNREFUSED)']);
  assert.equal(standing.why, 'no success (HTTP 401)', 'the last one');
  taken();
  taken();
  assert.deepEqual(told.splice(0), [undefined]);
  refused('no success (HTTP 503)');
  taken();
  assert.deepEqual(told, [], 'one that takes every other event fills no log');
  nowMs += 60_000;
  refused('no success (HTTP 503)');
  assert.deepEqual(told, ['no success (HTTP 503)']);
});
