import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, describe, test } from 'node:test';
import { money, PAY } from '../../setting/signed-sandbox.js';
import { CANCEL, startMoody } from './setting.js';

interface News {
  originalPartnerReferenceNo: string;
  latestTransactionStatus: string;
  amount: { value: string; currency: string };
}

const heard: News[] = [];
const ear = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    if (request.url?.endsWith('/notify')) heard.push(JSON.parse(text));
    response.end(JSON.stringify({ accessToken: 'merchant-token' }));
  });
});
await new Promise<void>((resolve) => ear.listen(0, '127.0.0.1', resolve));
const { port } = ear.address() as AddressInfo;
const { doku, merchant, paid, close } = await startMoody({
  notifyUrl: `http://127.0.0.1:${port}/v1.0/debit/notify`,
});

const of = (reference: string) =>
  heard.filter(({ originalPartnerReferenceNo }) => originalPartnerReferenceNo === reference);
const statuses = (reference: string) =>
  of(reference).map(({ latestTransactionStatus }) => latestTransactionStatus);

async function hears(isHeard: () => boolean): Promise<void> {
  const until = Date.now() + 10_000;
  while (!isHeard() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(isHeard(), JSON.stringify(heard));
}

describe("the temperaments of DOKU's notifications", () => {
  after(async () => {
    await close();
    ear.closeAllConnections();
    ear.close();
  });
  afterEach(() => doku.call('POST', 'reset'));

  test('come before the answer', async () => {
    const { caller } = await merchant();
    await doku.temperament({ temperament: 'notifiesFirst' });
    const order = { partnerReferenceNo: 'N-first', amount: money('10000.00') };
    await caller.call(PAY, order);
    assert.deepEqual(statuses('N-first'), ['01']);
    await caller.call(CANCEL, { originalPartnerReferenceNo: 'N-first' });
    assert.deepEqual(statuses('N-first'), ['01', '05']);
  });

  test('come again, and with news of numbers never heard of', async () => {
    const { caller } = await merchant();
    await doku.temperament({ temperament: 'notifiesAgain', copies: 2 });
    await doku.temperament({ temperament: 'notifiesOfUnknown' });
    const reference = await paid(caller);
    await hears(() => of(reference).length === 3);
    assert.ok(heard.some((news) => news.originalPartnerReferenceNo.startsWith('UNKNOWN-')));
  });

  test('come out of order', async () => {
    const { caller } = await merchant();
    await doku.temperament({ temperament: 'notifiesOutOfOrder' });
    const reference = await paid(caller);
    await caller.call(CANCEL, { originalPartnerReferenceNo: reference });
    await hears(() => of(reference).length === 2);
    assert.deepEqual(statuses(reference), ['05', '00']);
  });

  test('come days later, or never', async () => {
    const { account, caller } = await merchant();
    const { accountId } = account;
    await doku.temperament({ temperament: 'notifiesLate', delayMs: 3 * 86_400_000, accountId });
    const reference = await paid(caller);
    const other = await merchant();
    await doku.temperament({
      temperament: 'staysSilent',
      accountId: other.account.accountId,
    });
    const silent = await paid(other.caller);
    await doku.advance(2 * 86_400_000);
    assert.deepEqual(of(reference), []);
    await doku.advance(86_400_001);
    await hears(() => of(reference).length === 1);
    assert.deepEqual(of(silent), []);
  });

  test('say what is not so, or are made up', async () => {
    const { caller } = await merchant();
    await doku.temperament({ temperament: 'notifiesWrongly', status: '06', amount: '1.00' });
    const reference = await paid(caller);
    await hears(() => of(reference).length === 1);
    assert.deepEqual(statuses(reference), ['06']);
    assert.deepEqual(of(reference)[0]?.amount, money('1.00'));
    const invented = { partnerReferenceNo: 'N-nobody', status: '00', amount: '5.00' };
    assert.deepEqual(await doku.call('POST', 'notifications', invented), { delivered: true });
    assert.deepEqual(statuses('N-nobody'), ['00']);
  });
});
