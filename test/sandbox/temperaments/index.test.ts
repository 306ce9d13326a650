import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { startMoody } from './setting.js';

const { doku, merchant, topUp, close } = await startMoody({
  temperaments: [{ temperament: 'isTooBusy', operation: 'topUp', times: 1 }],
});

describe('the temperaments of the sandbox', () => {
  after(close);
  afterEach(() => doku.call('POST', 'reset'));

  test('hold from the start, as often as they say', async () => {
    const { temperaments } = await doku.temperaments();
    assert.deepEqual(
      temperaments.map(({ temperament, left }) => [temperament, left]),
      [['isTooBusy', 1]],
    );
    const { account, caller } = await merchant();
    assert.equal((await topUp(caller, account.accountId, 'T-1')).status, 429);
    assert.equal((await topUp(caller, account.accountId, 'T-1')).status, 200);
    assert.deepEqual((await doku.temperaments()).temperaments, []);
  });

  test('meet one operation, one account, one reference, for a time', async () => {
    const { account, caller } = await merchant();
    const other = await merchant();
    caller.b2b = other.caller.b2b;
    const codes = async () =>
      Promise.all(
        [
          topUp(caller, account.accountId, `A-${Math.random()}`),
          topUp(other.caller, other.account.accountId, `B-${Math.random()}`),
        ].map(async (answer) => (await answer).status),
      );
    const busy = { temperament: 'isTooBusy' } as const;
    const { id } = await doku.temperament({ ...busy, accountId: account.accountId });
    assert.deepEqual(await codes(), [429, 200]);
    await doku.calm(id);
    await doku.temperament({ ...busy, operation: 'balanceInquiry' });
    await doku.temperament({ ...busy, reference: 'C-1' });
    assert.deepEqual(await codes(), [200, 200]);
    assert.equal((await topUp(caller, account.accountId, 'C-1')).status, 429);
    await doku.temperament({ ...busy, forMs: 60_000 });
    assert.deepEqual(await codes(), [429, 429]);
    await doku.advance(60_001);
    assert.deepEqual(await codes(), [200, 200]);
  });

  test('a wrong one is refused with its path', async () => {
    const control = new SandboxControl(doku.url);
    const wrong = { temperament: 'lags', of: 'status', ms: -1 } as const;
    await assert.rejects(control.temperament(wrong), /400 .*ms: Too small/);
    const unknown = { temperament: 'isLate' } as never;
    await assert.rejects(control.temperament(unknown), /400 .*temperament: Invalid/);
    await assert.rejects(control.calm('nobody'), /404 .*no such temperament/);
  });
});
