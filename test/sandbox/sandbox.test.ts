import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { FAULT_NAMES } from '../../sandbox/faults.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { SandboxControl } from '../sandbox-control.js';
import { SignedCaller } from '../signed-caller.js';

const BALANCE = 'b2b2c/v1.0/balance-inquiry';
const PAY = 'b2b2c/v1.0/debit/payment-host-to-host';
const money = (value: string) => ({ value, currency: 'IDR' });

describe('the sandbox', () => {
  let sandbox: Sandbox;
  let doku: SandboxControl;
  before(async () => {
    sandbox = await startSandbox({ port: 0 });
    doku = new SandboxControl(sandbox.url);
  });
  after(() => sandbox?.close());

  async function merchant(overrides: Record<string, unknown> = {}) {
    const account = await doku.account({ bound: true, ...overrides });
    return { account, caller: await new SignedCaller(sandbox).signIn(account.authCode) };
  }

  async function paidPurchase(value = '10000.00') {
    const { account, caller } = await merchant();
    const partnerReferenceNo = randomUUID();
    await caller.call(PAY, { partnerReferenceNo, amount: money(value) });
    await doku.customer(partnerReferenceNo, 'pay');
    return { account, caller, partnerReferenceNo };
  }

  test('checks in the documented order and answers the first that fails', async () => {
    const { caller } = await merchant();
    const body = { partnerReferenceNo: 'B-1' };
    const codeWith = async (headers: Record<string, string | undefined>, sent: unknown = body) =>
      (await caller.call(BALANCE, sent, headers)).body.responseCode;
    assert.equal(await codeWith({}, '{"half'), '4001100');
    assert.equal(await codeWith({ 'x-timestamp': undefined }), '4001102');
    assert.equal(await codeWith({ 'x-timestamp': 'yesterday' }), '4001101');
    assert.equal(await codeWith({ 'x-timestamp': '2020-01-01T00:00:00+07:00' }), '4001101');
    assert.equal(await codeWith({ 'x-partner-id': 'nobody' }), '4011100');
    assert.equal(await codeWith({ authorization: 'Bearer unknown' }), '4011103');
    assert.equal(await codeWith({ 'x-signature': 'AAAA' }), '4011100');
    assert.equal(await codeWith({ 'authorization-customer': undefined }), '4011104');
    assert.equal(
      await codeWith({ 'authorization-customer': caller.customer }),
      '2001100',
      'without Bearer',
    );
    assert.equal(await codeWith({ 'x-external-id': 'twice' }), '2001100');
    assert.equal(await codeWith({ 'x-external-id': 'twice' }), '4091100');
    assert.equal(await codeWith({}, {}), '4001102');
    assert.equal(await codeWith({}, { partnerReferenceNo: 'x'.repeat(65) }), '4001101');
  });

  test('honours only the latest token, slides its session, and lets it expire', async () => {
    const { caller } = await merchant();
    const old = caller.b2b;
    await caller.token('b2b', { grantType: 'client_credentials' });
    assert.equal(
      (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode,
      '4011101',
    );
    assert.notEqual((await caller.signIn()).b2b, old);
    for (let steps = 0; steps < 3; steps++) {
      await doku.advance(600_000);
      assert.equal(
        (await caller.call(BALANCE, { partnerReferenceNo: '1' })).status,
        200,
        'prolonged by each call',
      );
    }
    await doku.advance(901_000);
    assert.equal(
      (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode,
      '4011101',
    );
  });

  test('opens one page a reference, debits once, and tells a repeat from another request', async () => {
    const { caller, account } = await merchant();
    const order = { partnerReferenceNo: randomUUID(), amount: money('10000.00') };
    const first = await caller.call(PAY, order);
    const again = await caller.call(PAY, order);
    assert.equal(first.body.webRedirectUrl, again.body.webRedirectUrl);
    assert.equal(
      (await caller.call(PAY, { ...order, amount: money('2.00') })).body.responseCode,
      '4045418',
    );
    assert.equal((await doku.customer(order.partnerReferenceNo, 'pay')).outcome, 'paid');
    assert.equal((await doku.customer(order.partnerReferenceNo, 'pay')).outcome, 'not-payable');
    assert.equal((await caller.call(PAY, order)).body.responseCode, '4095401');
    assert.equal(await doku.balance(account.accountId), '990000.00');
  });

  test('cancels before settlement and refunds after it, never above what was paid', async () => {
    const { account, caller, partnerReferenceNo } = await paidPurchase();
    const refund = (partnerRefundNo: string, value: string) =>
      caller.call('b2b2c/v1.0/debit/refund', {
        originalPartnerReferenceNo: partnerReferenceNo,
        partnerRefundNo,
        refundAmount: money(value),
        reason: 'r',
      });
    const cancel = () =>
      caller.call('b2b2c/v1.0/debit/cancel', { originalPartnerReferenceNo: partnerReferenceNo });
    assert.equal((await refund('R1', '1.00')).body.responseCode, '4055801', 'not settled yet');
    await doku.settle(partnerReferenceNo);
    assert.equal((await cancel()).body.responseCode, '4055701');
    assert.equal((await refund('R1', '6000.00')).body.responseCode, '2005800');
    assert.equal((await refund('R1', '6000.00')).body.responseCode, '4095801');
    assert.equal((await refund('R2', '6000.00')).body.responseCode, '4045813');
    assert.equal((await refund('R2', '4000.00')).body.responseCode, '2005800');
    const status = await caller.call('b2b2c/v1.0/debit/status', {
      originalPartnerReferenceNo: partnerReferenceNo,
      serviceCode: '17',
    });
    assert.equal(status.body.latestTransactionStatus, '04');
    assert.equal(await doku.balance(account.accountId), '1000000.00');
  });

  test('answers inferred paths in both families, with the customer token only in one', async () => {
    const { caller, partnerReferenceNo } = await paidPurchase();
    const body = { originalPartnerReferenceNo: partnerReferenceNo, serviceCode: '54' };
    caller.customer = '';
    assert.equal((await caller.call('b2b2c/v1.0/debit/status', body)).body.responseCode, '4015504');
    assert.equal((await caller.call('b2b/v1.0/debit/status', body)).body.responseCode, '2005500');
  });

  test('a refusal moves nothing: too little money, above the limit, blocked', async () => {
    const { caller, account } = await merchant({ balance: '100.00' });
    const order = { partnerReferenceNo: randomUUID(), amount: money('5000.00') };
    await caller.call(PAY, order);
    assert.equal(
      (await doku.customer(order.partnerReferenceNo, 'pay')).outcome,
      'insufficient-funds',
    );
    const above = { partnerReferenceNo: randomUUID(), amount: money('10000001.00') };
    assert.equal((await caller.call(PAY, above)).body.responseCode, '4035402');
    assert.equal(await doku.balance(account.accountId), '100.00');
    const blocked = await merchant({ status: 'blocked' });
    assert.equal(
      (await blocked.caller.call(PAY, { ...order, partnerReferenceNo: randomUUID() })).body
        .responseCode,
      '4035405',
    );
  });

  test('tops up, transfers, authorises, captures and voids, and shows it all in the history', async () => {
    const { caller, account } = await merchant({ balance: '50000.00' });
    const codes: unknown[] = [];
    const send = async (path: string, body: object) => {
      const answer = await caller.call(`b2b2c/v1.0/${path}`, body);
      codes.push(answer.body.responseCode);
      return answer.body;
    };
    const customerNumber = account.accountId;
    await send('emoney/account-inquiry', { customerNumber, amount: money('20000.00') });
    await send('emoney/topup', {
      partnerReferenceNo: 'T1',
      customerNumber,
      amount: money('20000.00'),
    });
    await send('emoney/topup-status', { originalPartnerReferenceNo: 'T1', serviceCode: '38' });
    const bank = {
      customerNumber,
      beneficiaryAccountNumber: '8377388292',
      amount: money('30000.00'),
    };
    await send('emoney/bank-account-inquiry', {
      partnerReferenceNo: 'B0',
      ...bank,
      additionalInfo: { bankCode: '014' },
    });
    await send('emoney/transfer-bank', {
      partnerReferenceNo: 'B1',
      ...bank,
      accountType: 'S',
      beneficiaryBankCode: '014',
      additionalInfo: '',
    });
    const merchantId = sandbox.clientId;
    const held = await send('auth/payment', {
      partnerReferenceNo: 'A1',
      merchantId,
      amount: money('9000.00'),
      title: 't',
    });
    const original = {
      originalPartnerReferenceNo: 'A1',
      originalReferenceNo: held.referenceNo,
      merchantId,
    };
    await send('auth/capture', {
      ...original,
      partnerCaptureNo: 'C1',
      title: 't',
      captureAmount: money('4000.00'),
    });
    await send('auth/void', { ...original, partnerVoidNo: 'V1', voidRemainingAmount: 'TRUE' });
    await send('transaction-history-detail', { originalPartnerReferenceNo: 'B1' });
    const range = {
      fromDateTime: new Date(Date.now() - 86_400_000).toISOString(),
      toDateTime: new Date(Date.now() + 86_400_000 * 5).toISOString(),
    };
    const list = await send('transaction-history-list', {
      partnerReferenceNo: 'H',
      ...range,
      pageSize: '10',
      pageNumber: 0,
    });
    assert.deepEqual(codes, [
      '2003700',
      '2003800',
      '2003900',
      '2004200',
      '2004300',
      '2006300',
      '2006500',
      '2006700',
      '2001300',
      '2001200',
    ]);
    // The top-up, the transfer, the authorisation, its capture and its void.
    assert.equal((list.detailData as unknown[]).length, 5);
    assert.equal(await doku.balance(account.accountId), '36000.00');
  });

  test('the ledger sums to zero over random movements, and every entry balances', async () => {
    const { caller } = await merchant();
    const references = Array.from({ length: 30 }, () => randomUUID());
    for (const [index, partnerReferenceNo] of references.entries()) {
      await caller.call(PAY, { partnerReferenceNo, amount: money(`${(index + 1) * 997}.00`) });
      if (index % 3) await doku.customer(partnerReferenceNo, 'pay');
      if (index % 5 === 0)
        await caller.call('b2b2c/v1.0/debit/cancel', {
          originalPartnerReferenceNo: partnerReferenceNo,
        });
    }
    const { entries, sum } = await doku.ledger();
    assert.equal(sum, '0.00');
    for (const { legs } of entries)
      assert.equal(
        legs.reduce((total, leg) => total + Number(leg.amount), 0),
        0,
      );
  });

  test('every fault before leaves nothing, every fault after has its effect', async () => {
    for (const fault of FAULT_NAMES) {
      for (const when of ['before', 'after'] as const) {
        const { caller } = await merchant();
        const partnerReferenceNo = randomUUID();
        await doku.fault({
          operation: 'purchase',
          fault,
          when,
          delayMs: 20,
          match: { partnerReferenceNo },
        });
        await caller.call(PAY, { partnerReferenceNo, amount: money('10.00') }).catch(() => {});
        const status = await caller.call('b2b2c/v1.0/debit/status', {
          originalPartnerReferenceNo: partnerReferenceNo,
          serviceCode: '17',
        });
        const exists = when === 'after' || fault === 'slow';
        assert.equal(status.body.responseCode, exists ? '2005500' : '4045501', `${fault} ${when}`);
      }
    }
    assert.deepEqual((await doku.call<{ faults: unknown[] }>('GET', 'faults')).faults, []);
  });

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

  test('pages speak Indonesian and English, escape what they show, and pay with the right PIN only', async () => {
    const { caller, account } = await merchant();
    const order = {
      partnerReferenceNo: randomUUID(),
      amount: money('10000.00'),
      urlParams: [
        { url: 'https://merchant.example/r?order=1', type: 'PAY_RETURN', isDeeplink: 'N' },
      ],
      additionalInfo: { remarks: '<script>alert(1)</script>' },
    };
    const url = String((await caller.call(PAY, order)).body.webRedirectUrl);
    const indonesian = await (await fetch(url)).text();
    assert.match(indonesian, /Konfirmasi pembayaran[\s\S]*Rp\s?10\.000[\s\S]*Rp\s?1\.000\.000/);
    assert.ok(!indonesian.includes('<script>'));
    assert.match(await (await fetch(`${url}?lang=en`)).text(), /Confirm the payment/);
    const submit = (pin: string) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ pin }), redirect: 'manual' });
    const wrong = await submit(account.pin === '000000' ? '111111' : '000000');
    assert.match(await wrong.text(), /PIN salah/);
    const right = await submit(account.pin);
    assert.match(
      right.headers.get('location') ?? '',
      /^https:\/\/merchant\.example\/r\?order=1&partnerReferenceNo=.*&referenceNo=.*&status=SUCCESS$/,
    );
    assert.match(await (await fetch(url)).text(), /Pembayaran berhasil/);
  });

  test('notifies the merchant with a token and a signature, and tries again later', async () => {
    const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];
    let isUp = false;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push({ url: request.url ?? '', headers: request.headers, body });
        const isToken = request.url?.includes('access-token');
        response
          .writeHead(isToken || isUp ? 200 : 503)
          .end(JSON.stringify({ accessToken: 'merchant-token' }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.0/debit/notify`;
    const notifying = await startSandbox({ port: 0, notifyUrl });
    try {
      const control = new SandboxControl(notifying.url);
      const account = await control.account({ bound: true });
      const caller = await new SignedCaller(notifying).signIn(account.authCode);
      await caller.call(PAY, { partnerReferenceNo: 'N-1', amount: money('10.00') });
      await control.customer('N-1', 'pay');
      const until = Date.now() + 5_000;
      while (seen.length < 2 && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 10));
      isUp = true;
      await control.advance(31 * 60_000);
      const notes = seen.filter(({ url }) => url.endsWith('/notify'));
      assert.equal(notes.length, 2);
      assert.equal(JSON.parse(notes[1]?.body ?? '{}').latestTransactionStatus, '00');
      assert.equal(notes[1]?.headers.authorization, 'Bearer merchant-token');
    } finally {
      await notifying.close();
      server.closeAllConnections();
      server.close();
    }
  });

  test('a fault finds a customer by the token, the code or the refresh token of a request', async () => {
    const { account, caller } = await merchant();
    const other = await merchant();
    const answer = async ({ caller: by } = { caller }) =>
      (await by.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode;
    const match = { partnerReferenceNo: account.accountId };
    await doku.fault({ operation: 'balanceInquiry', fault: 'http500', when: 'before', match });
    await caller.signIn();
    other.caller.b2b = caller.b2b;
    assert.equal(await answer(other), '2001100');
    assert.equal(await answer(), '5001100');
    const fresh = await doku.account({ bound: true });
    await doku.fault({
      operation: 'tokenB2B2C',
      fault: 'http500',
      when: 'before',
      times: 2,
      match: { partnerReferenceNo: fresh.accountId },
    });
    const exchange = { grantType: 'authorization_code', authCode: fresh.authCode };
    assert.equal((await caller.token('b2b2c', exchange)).status, 500);
    assert.equal((await caller.token('b2b2c', exchange)).status, 500);
    const { refreshToken } = (await caller.token('b2b2c', exchange)).body;
    await doku.fault({
      operation: 'tokenB2B2C',
      fault: 'http500',
      when: 'after',
      match: { partnerReferenceNo: fresh.accountId },
    });
    const refresh = { grantType: 'refresh_token', refreshToken };
    assert.equal((await caller.token('b2b2c', refresh)).status, 500);
    assert.equal((await caller.token('b2b2c', refresh)).status, 200);
  });

  test("supersedes and revokes a customer's token, and issues short-lived ones", async () => {
    const { accountId, authCode } = await doku.account({ bound: true });
    const caller = await new SignedCaller(sandbox).signIn();
    const issued = await caller.token('b2b2c', { grantType: 'authorization_code', authCode });
    const { refreshToken } = issued.body;
    const renewed = () => caller.token('b2b2c', { grantType: 'refresh_token', refreshToken });
    const balance = async () =>
      (await caller.call(BALANCE, { partnerReferenceNo: '1' })).body.responseCode;
    for (const action of ['supersede', 'revoke']) {
      caller.customer = String((await renewed()).body.accessToken);
      assert.equal(await balance(), '2001100');
      await doku.call('POST', `accounts/${accountId}/tokens`, { action });
      assert.equal(await balance(), '4011102', action);
    }
    assert.equal((await renewed()).body.responseCode, '4017400');
    for (const seconds of [30, 900]) {
      await doku.call('POST', 'tokens/lifetime', { seconds });
      const { body } = await caller.token('b2b', { grantType: 'client_credentials' });
      assert.equal(body.expiresIn, String(seconds));
    }
  });

  test('in maintenance every call is answered 503 and does nothing', async () => {
    const { account, caller } = await merchant();
    const order = { partnerReferenceNo: randomUUID(), amount: money('10000.00') };
    await doku.call('POST', 'maintenance', { isOn: true });
    const { url } = sandbox;
    for (const path of [`/snap-adapter/${PAY}`, '/authorization/v1/access-token/b2b']) {
      const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(order) });
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [503, 'text/html']);
    }
    await doku.call('POST', 'maintenance', { isOn: false });
    assert.equal((await caller.call(PAY, order)).status, 200);
    assert.equal(await doku.balance(account.accountId), '1000000.00');
  });

  test('the request log tells what arrived of one operation, and under one reference', async () => {
    const { caller } = await merchant();
    for (const partnerReferenceNo of ['L-2', 'L-3'])
      await caller.call(BALANCE, { partnerReferenceNo });
    const [own, ...others] = await doku.requests('balanceInquiry', 'L-3');
    assert.deepEqual([own?.partnerReferenceNo, others], ['L-3', []]);
    assert.deepEqual(await doku.requests('topUp', 'L-3'), []);
    await assert.rejects(doku.call('GET', 'requests?reference=L-3'), /400/);
  });

  test('the request log never shows a secret', async () => {
    const { caller, account } = await merchant();
    await caller.call(BALANCE, { partnerReferenceNo: 'L-1' });
    const text = JSON.stringify(await doku.requests());
    for (const secret of [
      caller.b2b,
      caller.customer,
      account.phoneNo,
      account.authCode ?? '',
      sandbox.clientSecret,
    ]) {
      assert.ok(!text.includes(secret));
    }
  });

  test('a bad control request names its field', async () => {
    await assert.rejects(
      doku.call('POST', 'faults', { operation: 'purchase', fault: 'gremlin', when: 'before' }),
      /400 .*fault/,
    );
    await assert.rejects(doku.call('POST', 'clock', { advanceMs: 'soon' }), /400 .*advanceMs/);
  });
});
