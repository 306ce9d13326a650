import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import { BREAKS } from '../../../sandbox/temperaments/kinds.js';
import { startMoody } from './setting.js';

const plain = await startMoody();
const secured = await startMoody({ tls: true });

describe('the temperaments of the network', () => {
  after(() => Promise.all([plain.close(), secured.close()]));

  for (const [name, moody] of Object.entries({ plain, secured })) {
    for (const how of BREAKS) {
      test(`${name}: ${how} after it was booked, and before`, async () => {
        const { doku, merchant, topUp, topUpStatus } = moody;
        const { account, caller } = await merchant();
        caller.timeoutMs = 300;
        for (const when of ['after', 'before'] as const) {
          const reference = `T-${how}-${when}`;
          await doku.temperament({ temperament: 'breaks', how, when, reference, times: 1 });
          const error = await topUp(caller, account.accountId, reference).then(
            () => undefined,
            (reason: NodeJS.ErrnoException) => `${reason.code} ${reason.message}`,
          );
          assert.match(String(error), EXPECTED[name as 'plain'][how], `${how} ${when}: ${error}`);
          const { responseCode } = (await topUpStatus(caller, reference)).body;
          assert.equal(responseCode, when === 'after' ? '2003900' : '4043901');
        }
      });
    }
  }

  for (const [name, moody] of Object.entries({ plain, secured })) {
    test(`${name}: an answer trickles, and a connection is left alone at first`, async () => {
      const { doku, merchant, topUp } = moody;
      const { account, caller } = await merchant();
      const timed = async (reference: string) => {
        const from = Date.now();
        assert.equal((await topUp(caller, account.accountId, reference)).status, 200);
        return Date.now() - from;
      };
      await doku.temperament({ temperament: 'drips', everyMs: 2, operation: 'topUp', times: 1 });
      assert.ok((await timed('T-drips')) > 200);
      await doku.temperament({ temperament: 'acceptsSlowly', ms: 400, forMs: 10_000 });
      assert.ok((await timed('T-slow')) >= 390);
      await doku.calm();
    });
  }

  test('an idle connection is closed unannounced', async () => {
    const { doku, merchant, topUp } = plain;
    const { account, caller } = await merchant();
    const { accountId } = account;
    await doku.temperament({ temperament: 'closesIdle', afterMs: 50, accountId });
    caller.agent = new http.Agent({ keepAlive: true });
    const { headers } = await topUp(caller, accountId, 'T-idle');
    assert.equal(headers.connection, 'keep-alive');
    await new Promise((resolve) => setImmediate(resolve));
    const [[idle] = []] = Object.values(caller.agent.freeSockets);
    assert.ok(idle);
    await once(idle, 'close');
  });

  test('is too busy, or closed, and does nothing then', async () => {
    const { doku, merchant, topUp } = plain;
    const { account, caller } = await merchant();
    const once = { times: 1, operation: 'topUp' } as const;
    await doku.temperament({ temperament: 'isTooBusy', ...once });
    await doku.temperament({ temperament: 'isTooBusy', retryAfterSeconds: 7, ...once });
    const answers = [
      await topUp(caller, account.accountId, 'T-busy'),
      await topUp(caller, account.accountId, 'T-busy'),
    ];
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers['retry-after']]),
      [
        [429, undefined],
        [429, '7'],
      ],
    );
    await doku.temperament({ temperament: 'isInMaintenance', accountId: account.accountId });
    const closed = await topUp(caller, account.accountId, 'T-busy');
    assert.deepEqual([closed.status, closed.headers['content-type']], [503, 'text/html']);
    assert.deepEqual(await doku.entries('T-busy'), []);
    const other = await merchant();
    assert.equal((await topUp(other.caller, other.account.accountId, 'T-open')).status, 200);
  });

  test('an account is blocked between two calls', async () => {
    const { doku, merchant, topUp } = plain;
    const { account, caller } = await merchant();
    await doku.temperament({ temperament: 'blocksAccount', accountId: account.accountId });
    const answer = async (reference: string) =>
      (await topUp(caller, account.accountId, reference)).body.responseCode;
    assert.deepEqual([await answer('T-b1'), await answer('T-b2')], ['2003800', '4033805']);
    await doku.calm();
    await doku.call('POST', `accounts/${account.accountId}/status`, { status: 'active' });
    assert.equal(await answer('T-b2'), '2003800');
  });

  test('a certificate of another CA is not trusted', async () => {
    const { account, caller } = await secured.merchant();
    await secured.doku.call('POST', 'certificate', { withCa: true });
    await assert.rejects(
      secured.topUp(caller, account.accountId, 'T-ca'),
      /self-signed certificate/,
    );
  });

  test('without TLS there is the control API alone', async () => {
    const { controlUrl } = secured.sandbox;
    assert.equal((await fetch(`${controlUrl}/_control/health`)).status, 200);
    assert.match(await (await fetch(`${controlUrl}/_control/ca`)).text(), /BEGIN CERTIFICATE/);
    assert.equal((await fetch(`${controlUrl}/snap-adapter/x`, { method: 'POST' })).status, 400);
  });
});

const GONE = /ECONNRESET|socket hang up|aborted/;
const EXPECTED = {
  plain: {
    reset: GONE,
    fin: GONE,
    half: GONE,
    badRecord: /HPE_/,
    plainText: /HPE_|undefined/,
    alert: /HPE_/,
    hang: /gave up/,
  },
  secured: {
    reset: GONE,
    fin: GONE,
    half: GONE,
    badRecord: /bad record mac|decryption failed/i,
    plainText: /wrong version|record/i,
    alert: /alert/i,
    hang: /gave up/,
  },
} as const;
