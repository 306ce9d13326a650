import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startSandbox } from '../../../sandbox/server.js';

const sandbox = await startSandbox({ port: 0 });
const shown = async (query: string) => (await fetch(`${sandbox.url}/shop/return${query}`)).text();

describe('the example shop’s return page', () => {
  after(() => sandbox.close());

  test('says what DOKU’s page brought along, in both languages, and believes none of it', async () => {
    const query = '?partnerReferenceNo=INV-1&status=SUCCESS';
    assert.match(await shown(query), /Halaman DOKU mengatakan berhasil: INV-1[\s\S]*tidak percaya/);
    const english = await shown(`${query}&lang=en`);
    assert.match(english, /DOKU&#39;s page says that it succeeded: INV-1[\s\S]*does not trust/);
    // The other language's link keeps what was brought.
    assert.ok(english.includes('href="?partnerReferenceNo=INV-1&amp;status=SUCCESS&amp;lang=id"'));
  });

  test('escapes what it shows', async () => {
    const shop = await shown('?status=FAILED&%3Cb%3E=%3Cscript%3Ealert(1)%3C/script%3E');
    assert.match(shop, /&lt;b&gt;[\s\S]*&lt;script&gt;/);
    assert.ok(!shop.includes('<script>'));
  });

  test('is there without anything brought along', async () => {
    assert.match(await shown(''), /Ke sinilah halaman DOKU mengembalikan pelanggan/);
  });
});
