import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type * as z from 'zod';
import { outcomeOf } from '../../../activities/snap/answer.js';
import type { Endpoint } from '../../../activities/snap/endpoint.js';
import { accountBinding } from '../../../activities/snap/endpoints/account-binding.js';
import { purchase } from '../../../activities/snap/endpoints/purchase.js';
import { verifyOtp } from '../../../activities/snap/endpoints/verify-otp.js';

const outcomeWith = <Response extends z.ZodType>(
  endpoint: Endpoint<z.ZodType, Response>,
  fields: object,
) =>
  outcomeOf(
    endpoint,
    {},
    {
      status: 200,
      text: JSON.stringify({ responseCode: `200${endpoint.serviceCode}00`, ...fields }),
      retryAfter: undefined,
    },
    { externalId: '1', sends: 1 },
  );

const PAGE = 'https://pay.doku.example/p?a=1';
const TRAPS = [
  'javascript:alert(document.cookie)',
  'http://pay.doku.example/p',
  'https://pay.doku.example@evil.example/p',
  'data:text/html,x',
  '//evil.example',
  'https://pay.doku.example/\u202ep',
  'pay.doku.example',
];

describe('a page that DOKU names', () => {
  test('is taken where it is https, or http on this machine', () => {
    for (const url of [PAGE, 'http://127.0.0.1:4780/pay']) {
      const paid = outcomeWith(purchase, { webRedirectUrl: url });
      assert.equal(paid.kind === 'succeeded' && paid.response.webRedirectUrl, url);
      const bound = outcomeWith(accountBinding, { nextAction: url });
      assert.equal(bound.kind === 'succeeded' && bound.response.nextAction, url);
      const verified = outcomeWith(verifyOtp, { qparamsURL: url });
      assert.equal(verified.kind === 'succeeded' && verified.response.pinUrl, url);
    }
  });

  test('is no page otherwise: what cannot go on without one is in doubt, and says so without it', () => {
    for (const url of TRAPS) {
      for (const outcome of [
        outcomeWith(purchase, { webRedirectUrl: url }),
        outcomeWith(purchase, { additionalInfo: { webRedirectUrl: url } }),
        outcomeWith(accountBinding, { nextAction: url }),
      ]) {
        assert.ok(outcome.kind === 'doubtful' && outcome.reason === 'wrong-shape', url);
        assert.match(outcome.responseMessage ?? '', /webRedirectUrl|nextAction/);
        assert.ok(!outcome.responseMessage?.includes(url));
      }
      for (const name of ['qparamsURL', 'qParamsURL']) {
        const verified = outcomeWith(verifyOtp, { [name]: url, qparams: { token: 'x' } });
        assert.ok(verified.kind === 'succeeded' && verified.response.pinUrl === undefined, url);
      }
    }
  });

  test('takes whatever parameters DOKU gives, also those that are no text', () => {
    const outcome = outcomeWith(verifyOtp, {
      qparamsURL: PAGE,
      qparams: { token: 'a b', odd: { toString: 1, valueOf: null } },
    });
    assert.ok(outcome.kind === 'succeeded');
    const { searchParams } = new URL(outcome.response.pinUrl ?? '');
    assert.deepEqual(
      [searchParams.get('a'), searchParams.get('token'), searchParams.get('odd')],
      ['1', 'a b', '{"toString":"1","valueOf":null}'],
    );
  });
});
