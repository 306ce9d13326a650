import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as contract from '../../contract/index.js';

const PAGES = [
  'https://shop.example/back?order=1#top',
  'https://shop.example',
  'HTTPS://SHOP.EXAMPLE/terima kasih'.replace(' ', '%20'),
  'http://127.0.0.1:4780/pay',
  'http://localhost:3000/back',
  'http://[::1]/back',
];
const TRAPS = [
  'http://shop.example/back',
  'http://127.0.0.1.evil.example/',
  'http://localhost.evil.example/',
  'https://shop.example@evil.example/',
  'https://user:secret@shop.example/',
  'https://@shop.example/',
  'http://localhost@evil.example/',
  'https:evil.example',
  'https:/evil.example',
  'https:\\\\evil.example\\',
  'https://shop.example\\@evil.example/',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'intent://pay#Intent;end',
  'ftp://shop.example/',
  '//shop.example/back',
  'https://shop.example/a b',
  'https://shop.example/\u202egnp.exe',
  'https://shop.example/\u0000',
  'https://',
  '',
];

describe('where a browser may be sent', () => {
  const order = {
    partnerReferenceNo: 'INV-1',
    customerId: 'customer-1',
    amount: { value: '10000.00', currency: 'IDR' },
  };
  const opening = { customerId: 'customer-1', reference: 'opening-1', accountId: '1' };
  const isTaken = (url: string) => [
    contract.isForBrowsers(url),
    contract.purchaseInputSchema.safeParse({ ...order, returnUrl: url }).success,
    contract.openAccountInputSchema.safeParse({ ...opening, redirectUrl: url }).success,
  ];

  test('https, and http on this machine', () => {
    for (const url of PAGES) assert.deepEqual(isTaken(url), [true, true, true], url);
  });

  test('nothing else, and nobody in front of the host', () => {
    for (const url of TRAPS) assert.deepEqual(isTaken(url), [false, false, false], url);
  });
});

describe("an operator's name and note", () => {
  const resolution = { decision: 'ask-again', operator: 'Ahmad Fauzi', note: 'cek ke bank 👍' };
  const isTaken = (words: Partial<typeof resolution>) =>
    contract.resolveUpdate.argument?.safeParse({ ...resolution, ...words }).success;
  const reasons = [
    contract.cancelArgumentSchema.shape.reason,
    contract.refundInputSchema.shape.reason,
  ];

  test('hold any letters and signs', () => {
    for (const words of ['O’Brien 7', 'محمد', '陳大文', '👩‍💻 looked', 'ok']) {
      assert.equal(isTaken({ operator: words, note: words }), true, words);
      for (const reason of reasons) assert.equal(reason.safeParse(words).success, true, words);
    }
  });

  test('hold no control characters, line breaks, halves of characters or marks of direction', () => {
    for (const sign of '\0\u0007\b\n\r\t\u001b\u007f\u0085\u009b\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ud83d') {
      const words = `by${sign}x`;
      const name = sign.charCodeAt(0).toString(16);
      assert.equal(isTaken({ operator: words }), false, name);
      assert.equal(isTaken({ note: words }), false, name);
      for (const reason of reasons) assert.equal(reason.safeParse(words).success, false, name);
    }
  });

  test('that were recorded before are still read', () => {
    assert.equal(
      contract.resolutionSchema.safeParse({ ...resolution, note: 'two\nlines' }).success,
      true,
    );
  });
});
