import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { type SandboxAccount, SandboxControl } from '../setting/sandbox-control.js';

// The SDK has no types and no setting for its host and paths: they are replaced in its own configuration.
const require = createRequire(import.meta.url);
const config = require('doku-nodejs-library/_commons/config');
const tokenService = require('doku-nodejs-library/_services/tokenService');
const directDebit = require('doku-nodejs-library/_services/directDebitService');
const { generateRequestHeader } = require('doku-nodejs-library/_commons/requestHeader');

interface Body extends Record<string, unknown> {
  responseCode?: string;
}

describe("DOKU's own SDK for Node, pointed at the sandbox", () => {
  let sandbox: Sandbox;
  let doku: SandboxControl;
  let account: SandboxAccount;
  let tokenB2B: string;
  let tokenB2b2c: string;

  before(async () => {
    sandbox = await startSandbox({ port: 0 });
    doku = new SandboxControl(sandbox.url);
    account = await doku.account({ bound: true });
    config.CORE_SANDBOX_BASE_URL = sandbox.url;
    config.DIRECT_DEBIT_ACCOUNT_BINDING_URL = '/snap-adapter/b2b/v1.0/registration-account-binding';
    config.DIRECT_DEBIT_BALANCE_INQUIRY_URL = '/snap-adapter/b2b2c/v1.0/balance-inquiry';
    config.DIRECT_DEBIT_PAYMENT_URL = '/snap-adapter/b2b2c/v1.0/debit/payment-host-to-host';
    config.DIRECT_DEBIT_CHECK_STATUS_URL = '/snap-adapter/b2b/v1.0/debit/status';
    config.DIRECT_DEBIT_REFUND_URL = '/snap-adapter/b2b2c/v1.0/debit/refund';
  });
  after(() => sandbox?.close());

  const signature = (timestamp: string) =>
    tokenService.generateSignature(sandbox.merchantPrivateKeyPem, sandbox.clientId, timestamp);

  /** The header as the SDK's controller makes it, signed by the SDK's own service. */
  function header(path: string, body: object, overrides: Record<string, unknown> = {}) {
    const timestamp =
      (overrides.timestamp as string | undefined) ?? tokenService.generateTimestamp();
    const made = tokenService.generateSymmetricSignature(
      'POST',
      path,
      tokenB2B,
      body,
      timestamp,
      sandbox.clientSecret,
    );
    return generateRequestHeader({
      timestamp,
      signature: made,
      clientId: sandbox.clientId,
      externalId: randomUUID(),
      tokenB2B,
      tokenB2b2c,
      ...overrides,
    });
  }

  /** The SDK rejects with axios's error where DOKU refuses. */
  const refused = async (call: Promise<unknown>): Promise<string | undefined> =>
    call.then(
      () => undefined,
      (error: { response?: { data?: Body } }) => error.response?.data?.responseCode,
    );

  test('gets both tokens', async () => {
    const timestamp = tokenService.generateTimestamp();
    const request = tokenService.createTokenB2BRequestDTO(
      signature(timestamp),
      timestamp,
      sandbox.clientId,
    );
    const b2b = await tokenService.createTokenB2B(request, false);
    assert.equal(b2b.responseCode, '2007300');
    tokenB2B = b2b.accessToken;
    const exchange = tokenService.createTokenB2b2cRequestDto(account.authCode);
    const b2b2c: Body = await tokenService.hitTokenB2b2cApi(
      exchange,
      timestamp,
      signature(timestamp),
      sandbox.clientId,
      false,
    );
    assert.equal(b2b2c.responseCode, '2007400');
    tokenB2b2c = String(b2b2c.accessToken);
  });

  test('binds and reads the balance', async () => {
    const binding = {
      partnerReferenceNo: randomUUID(),
      redirectUrl: 'https://merchant.example/',
      successParams: { accountId: account.accountId },
      additionalInfo: '',
    };
    const bound: Body = await directDebit.doAccountBindingProcess(
      header(config.DIRECT_DEBIT_ACCOUNT_BINDING_URL, binding),
      binding,
      false,
    );
    assert.equal(bound.responseCode, '2000700');
    const inquiry = { partnerReferenceNo: randomUUID(), additionalInfo: {} };
    const balance: Body = await directDebit.doBalanceInquiryProcess(
      header(config.DIRECT_DEBIT_BALANCE_INQUIRY_URL, inquiry),
      inquiry,
      false,
    );
    assert.equal(balance.responseCode, '2001100');
  });

  test('pays, queries and refunds', async () => {
    const partnerReferenceNo = randomUUID();
    const payment = {
      partnerReferenceNo,
      amount: { value: '15000.00', currency: 'IDR' },
      urlParam: [{ url: 'https://merchant.example/', type: 'PAY_RETURN', isDeepLink: 'N' }],
      additionalInfo: { channel: 'EMONEY_DOKU_SNAP', remarks: 'two  spaces' },
    };
    const opened: Body = await directDebit.doPaymentProcess(
      header(config.DIRECT_DEBIT_PAYMENT_URL, payment),
      payment,
      false,
    );
    assert.equal(opened.responseCode, '2005400');
    assert.equal((await doku.customer(partnerReferenceNo, 'pay')).outcome, 'paid');
    const query = {
      originalPartnerReferenceNo: partnerReferenceNo,
      serviceCode: '55',
      additionalInfo: null,
    };
    const status: Body = await directDebit.doCheckStatusProccess(
      header(config.DIRECT_DEBIT_CHECK_STATUS_URL, query),
      query,
      false,
    );
    assert.equal(status.latestTransactionStatus, '00');
    await doku.settle(partnerReferenceNo);
    const refund = {
      originalPartnerReferenceNo: partnerReferenceNo,
      partnerRefundNo: randomUUID(),
      refundAmount: { value: '15000.00', currency: 'IDR' },
      reason: 'returned',
      additionalInfo: { channel: 'EMONEY_DOKU_SNAP' },
    };
    const refunded: Body = await directDebit.doRefundProcess(
      header(config.DIRECT_DEBIT_REFUND_URL, refund),
      refund,
      false,
    );
    assert.equal(refunded.responseCode, '2005800');
    assert.equal(await doku.balance(account.accountId), '1000000.00');
  });

  test('is refused with a forged signature, a stale timestamp or a repeated external ID', async () => {
    const path = config.DIRECT_DEBIT_BALANCE_INQUIRY_URL;
    const body = { partnerReferenceNo: randomUUID(), additionalInfo: {} };
    const ask = (made: unknown) => refused(directDebit.doBalanceInquiryProcess(made, body, false));
    assert.equal(await ask(header(path, body, { signature: 'Zm9yZ2Vk' })), '4011100');
    assert.equal(
      await ask(header(path, body, { timestamp: '2020-01-01T00:00:00+07:00' })),
      '4001101',
    );
    const once = header(path, body);
    assert.equal(await ask(once), undefined);
    assert.equal(await ask(once), '4091100');
  });
});
