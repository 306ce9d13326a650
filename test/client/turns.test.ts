import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Turns } from '../../client/temporal/turns.js';

/** Calls for one journey, of which each ends when it is told to. */
function callsOf(turns: Turns) {
  const underWay: (() => void)[] = [];
  const call = (signal = new AbortController().signal) =>
    turns.take('purchase/INV-1', signal, () => new Promise<void>((end) => underWay.push(end)));
  return { underWay, call };
}

describe('calls that begin one journey', () => {
  test('the first goes alone, the others follow a few at a time', async () => {
    const { underWay, call } = callsOf(new Turns());
    const all = Array.from({ length: 7 }, () => call());
    assert.equal(underWay.length, 1);
    underWay[0]?.();
    await setImmediate();
    assert.equal(underWay.length, 5);
    for (let next = 1; next < 7; next += 1) {
      underWay[next]?.();
      await setImmediate();
    }
    await Promise.all(all);
  });

  test('one that is given up lets the next one go, and takes nobody’s turn', async () => {
    const { underWay, call } = callsOf(new Turns());
    const gone = new AbortController();
    const [first, waiting, last] = [call(), call(gone.signal), call()];
    gone.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    underWay[0]?.();
    await first;
    await setImmediate();
    assert.equal(underWay.length, 2);
    underWay[1]?.();
    await last;
  });

  test('one that fails holds nobody up, and other journeys wait for nobody', async () => {
    const turns = new Turns();
    const { signal } = new AbortController();
    const { underWay, call } = callsOf(turns);
    const waiting = call();
    assert.equal(await turns.take('purchase/INV-2', signal, async () => 'answer'), 'answer');
    underWay[0]?.();
    await waiting;
    const failing = turns.take('purchase/INV-1', signal, () => Promise.reject(new Error('no')));
    const next = call();
    await assert.rejects(failing, /no/);
    await setImmediate();
    underWay[1]?.();
    await next;
  });
});
