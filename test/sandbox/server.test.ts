import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startSignedSandbox } from '../setting/signed-sandbox.js';

const { sandbox, close } = await startSignedSandbox();

describe("the sandbox's server", () => {
  after(close);

  const garbage: readonly (readonly [string, string, RequestInit])[] = [
    ['an unknown path', '/nowhere', { method: 'POST', body: '{}' }],
    ['a wrong method', '/snap-adapter/b2b2c/v1.0/balance-inquiry', { method: 'GET' }],
    [
      '10 MB',
      '/snap-adapter/b2b2c/v1.0/balance-inquiry',
      { method: 'POST', body: 'x'.repeat(10_000_000) },
    ],
    [
      'deep nesting',
      '/snap-adapter/b2b2c/v1.0/balance-inquiry',
      { method: 'POST', body: '['.repeat(500_000) },
    ],
    [
      'NUL bytes',
      '/snap-adapter/b2b2c/v1.0/balance-inquiry',
      { method: 'POST', body: '\u0000\u0000' },
    ],
    [
      'another content type',
      '/authorization/v1/access-token/b2b',
      { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/x-odd; x="' } },
    ],
    ['no body', '/authorization/v1/access-token/b2b', { method: 'POST' }],
  ];

  for (const [name, path, init] of garbage) {
    test(`answers ${name} with JSON and a response code`, async () => {
      const answer = await fetch(`${sandbox.url}${path}`, init);
      const body = (await answer.json()) as { responseCode?: string };
      assert.match(body.responseCode ?? '', /^4\d{6}$/);
      assert.equal(String(answer.status), body.responseCode?.slice(0, 3));
    });
  }
});
