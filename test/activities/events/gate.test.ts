import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Gate } from '../../../activities/events/gate.js';

describe('the gate for deliveries', () => {
  let nowMs = 0;
  const newGate = () => new Gate(() => nowMs);
  const answered = async () => ({ isSilence: false });
  const silent = async () => ({ isSilence: true });

  /** So many that end when they are told to. */
  function underWay(gate: Gate, count: number) {
    const ends: (() => void)[] = [];
    const passed = Array.from({ length: count }, () =>
      gate.through(() => new Promise<object>((resolve) => ends.push(() => resolve({})))),
    );
    return { ends, passed };
  }

  test('lets few through at once', async () => {
    const gate = newGate();
    const { ends, passed } = underWay(gate, 60);
    assert.equal(ends.length, 50);
    assert.equal(await gate.through(answered), undefined);
    for (const end of ends) end();
    const turnedAway = (await Promise.all(passed)).filter((reception) => reception === undefined);
    assert.equal(turnedAway.length, 10);
    assert.deepEqual(await gate.through(answered), { isSilence: false });
  });

  test('rests longer and longer while nobody answers, and then tries one at a time', async () => {
    const gate = newGate();
    for (const restMs of [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      assert.deepEqual(await gate.through(silent), { isSilence: true });
      nowMs += restMs - 1;
      assert.equal(await gate.through(answered), undefined, `within ${restMs} ms`);
      nowMs += 1;
    }
    const { ends } = underWay(gate, 3);
    assert.equal(ends.length, 1);
    ends[0]?.();
    await new Promise(setImmediate);
    assert.equal(underWay(gate, 3).ends.length, 3, 'it answers again');
  });

  test('rests no longer than a pause may be', async () => {
    const gate = new Gate(() => nowMs, 1_000);
    for (let silence = 0; silence < 3; silence++) {
      assert.deepEqual(await gate.through(silent), { isSilence: true });
      nowMs += 1_000;
    }
    assert.deepEqual(await gate.through(answered), { isSilence: false });
  });

  test('takes those that went together for one silence', async () => {
    const gate = newGate();
    await Promise.all([gate.through(silent), gate.through(silent), gate.through(silent)]);
    nowMs += 2_000;
    assert.deepEqual(await gate.through(answered), { isSilence: false });
  });
});
