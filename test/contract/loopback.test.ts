import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLoopbackAddress, isLoopbackHost, isLoopbackUrl } from '../../contract/loopback.js';

const HERE = ['localhost', 'LOCALHOST', '127.0.0.1', '127.255.255.254', '[::1]'];
const ELSEWHERE = [
  ...['localhost.evil.com', 'localhost.', 'evil.localhost.com', '127.0.0.1.nip.io', 'a127.0.0.1'],
  ...['128.0.0.1', '10.0.0.1', '0.0.0.0', '[::]', '[::2]', '[fe80::1]', 'shop.example'],
];
/** Programs read them differently; a URL's host is what all of them make of it. */
const ODD = ['127.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.0.0.01'];
const MAPPED = ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]'];

describe('loopback', () => {
  test('is its name and its addresses, in whatever case, with or without a port', () => {
    for (const host of HERE) {
      const { protocol, hostname } = new URL(`http://${host}`);
      const verdicts = [
        isLoopbackHost(host),
        isLoopbackAddress(host),
        isLoopbackAddress(`${host}:7233`),
        isLoopbackUrl(`${protocol}//${hostname}:8084/a?b#c`),
        isLoopbackUrl(`https://${host}`),
      ];
      assert.deepEqual(verdicts, [true, true, true, true, true], host);
    }
    assert.deepEqual([isLoopbackHost('::1'), isLoopbackAddress('::1')], [true, true]);
  });

  test('is nothing that only looks like it', () => {
    for (const host of [...ELSEWHERE, ...MAPPED]) {
      const verdicts = [
        isLoopbackHost(host),
        isLoopbackAddress(`${host}:7233`),
        isLoopbackUrl(`http://${host}:8084/`),
        isLoopbackUrl(`http://localhost:80@${host}/`),
      ];
      assert.deepEqual(verdicts, [false, false, false, false], host);
    }
    for (const text of ['', ':7233', '127.0.0.256', '127.0.0.1:7233:1', '::1:7233', 'localhost/a'])
      assert.deepEqual([isLoopbackAddress(text), isLoopbackUrl(text)], [false, false], text);
  });

  test('has no odd forms but in a URL, which has one form for all', () => {
    for (const host of ODD) {
      assert.deepEqual(
        [isLoopbackHost(host), isLoopbackAddress(`${host}:1`)],
        [false, false],
        host,
      );
      assert.equal(isLoopbackUrl(`http://${host}/`), true, host);
    }
  });
});
