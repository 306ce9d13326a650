import assert from 'node:assert/strict';
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
