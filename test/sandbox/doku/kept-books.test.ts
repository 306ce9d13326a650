import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { startSandbox } from '../../../sandbox/server.js';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { SignedCaller } from '../../setting/signed-caller.js';
import { BALANCE, money, PAY } from '../../setting/signed-sandbox.js';

const CANCEL = 'b2b2c/v1.0/debit/cancel';
const REFUND = 'b2b2c/v1.0/debit/refund';

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

describe('a sandbox that keeps its books', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-books-'));
  const open = new Set<() => Promise<void>>();
  afterEach(async () => {
    for (const close of open) await close();
    open.clear();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const booksFile = path.join(folder, 'sandbox.books');
  const merchant = pair();
  const identities = {
    clientId: 'BRN-1',
    clientSecret: 'SK-of-a-test',
    merchantPublicKey: merchant.publicKey,
    dokuPrivateKey: pair().privateKey,
  };

  async function started() {
    const sandbox = await startSandbox({ port: 0, booksFile, ...identities });
    open.add(sandbox.close);
    const doku = new SandboxControl(sandbox.url);
    const callable = { ...sandbox, merchantPrivateKeyPem: merchant.privateKey };
    return { sandbox, doku, caller: new SignedCaller(callable) };
  }

  test('goes on where it ended: customers, their tokens, payments and the ledger', async () => {
    const first = await started();
    const account = await first.doku.account({ bound: true });
    await first.caller.signIn(account.authCode);
    const of = { partnerReferenceNo: 'INV-1', amount: money('10000.00') };
    await first.caller.call(PAY, of);
    await first.doku.customer('INV-1', 'pay');
    const ledger = await first.doku.ledger();
    open.delete(first.sandbox.close);
    await first.sandbox.close();
    assert.equal(statSync(booksFile).mode & 0o777, 0o600);

    const second = await started();
    assert.deepEqual(await second.doku.ledger(), ledger);
    Object.assign(second.caller, { b2b: first.caller.b2b, customer: first.caller.customer });
    const cancelled = await second.caller.call(CANCEL, {
      originalPartnerReferenceNo: 'INV-1',
      amount: of.amount,
      reason: 'sold out',
    });
    assert.equal(cancelled.status, 200, JSON.stringify(cancelled.body));
    const balance = await second.caller.call(BALANCE, { partnerReferenceNo: '1' });
    assert.match(JSON.stringify(balance.body), /"1000000\.00"/);
    const another = await second.doku.account();
    assert.notEqual(another.accountId, account.accountId);
  });

  test('keeps what it can of what a temperament made of a payment, and ends what was under way', async () => {
    const first = await started();
    const account = await first.doku.account({ bound: true });
    await first.caller.signIn(account.authCode);
    await first.doku.call('POST', 'temperaments', { temperament: 'settlesNextWorkingDay' });
    await first.doku.call('POST', 'temperaments', { temperament: 'staysPending', ms: 3_600_000 });
    await first.caller.call(PAY, { partnerReferenceNo: 'INV-2', amount: money('10000.00') });
    await first.doku.customer('INV-2', 'pay');
    await first.doku.call('POST', 'settle', { partnerReferenceNo: 'INV-2' });
    await first.caller.call(REFUND, {
      originalPartnerReferenceNo: 'INV-2',
      partnerRefundNo: 'REF-2',
      refundAmount: money('4000.00'),
      reason: 'one item returned',
    });
    assert.equal((await first.doku.entries('INV-2')).length, 1);
    open.delete(first.sandbox.close);
    await first.sandbox.close();

    const second = await started();
    const entries = await second.doku.entries('INV-2');
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['purchase', 'purchaseRefund'],
    );
  });

  test('refuses a file that holds no books', async () => {
    writeFileSync(booksFile, 'no books');
    await assert.rejects(started(), /^Error: booksFile: holds no books that this sandbox can read/);
  });
});
