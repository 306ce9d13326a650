import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outcomeOf } from '../../../activities/snap/answer.js';
import type { Endpoint } from '../../../activities/snap/endpoint.js';
import { purchase } from '../../../activities/snap/endpoints/purchase.js';
import { purchaseStatus } from '../../../activities/snap/endpoints/purchase-status.js';
import { tokenB2B2C } from '../../../activities/snap/endpoints/token-b2b2c.js';
import { topUp } from '../../../activities/snap/endpoints/top-up.js';
import { verifyOtp } from '../../../activities/snap/endpoints/verify-otp.js';

const SENT = { externalId: '1', sends: 1 };
const REQUEST = { partnerReferenceNo: 'INV-1' };
const answered = (status: number, body: unknown, retryAfter?: string) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfter,
});
const ofPurchase = (status: number, body: unknown, retryAfter?: string) =>
  outcomeOf(purchase, REQUEST, answered(status, body, retryAfter), SENT);
const coded = (responseCode: string | number) => ({ responseCode, responseMessage: 'x' });
const DONE = {
  ...coded('2005400'),
  partnerReferenceNo: 'INV-1',
  referenceNo: 'R',
  webRedirectUrl: 'https://x',
};

describe('an answer of DOKU', () => {
  test('succeeds only when status, code, shape and reference all fit', () => {
    assert.equal(ofPurchase(200, DONE).kind, 'succeeded');
    assert.equal(ofPurchase(200, { ...DONE, responseCode: 2005400 }).kind, 'succeeded');
    const nested = { ...DONE, webRedirectUrl: '', additionalInfo: { webRedirectUrl: 'https://y' } };
    const outcome = ofPurchase(200, nested);
    assert.equal(outcome.kind === 'succeeded' && outcome.response.webRedirectUrl, 'https://y');
  });

  const refusals = [
    ['4035414', 'insufficient-funds'],
    ['4035402', 'limit-exceeded'],
    ['4035499', 'not-permitted'],
    ['4045401', 'not-found'],
    ['4045477', 'other'],
    ['4045418', 'inconsistent'],
    ['4055401', 'not-allowed-now'],
    ['4095401', 'already-done'],
    ['4005402', 'invalid-request'],
    ['4045415', 'wrong-otp'],
  ] as const;
  for (const [code, refusal] of refusals) {
    test(`${code} is refused: ${refusal}, whether listed or not`, () => {
      const outcome = ofPurchase(Number(code.slice(0, 3)), coded(code));
      assert.deepEqual(
        [outcome.kind, outcome.kind === 'refused' && outcome.refusal],
        ['refused', refusal],
      );
    });
  }

  const doubts: readonly (readonly [string, number, unknown, string])[] = [
    ['a gateway page', 502, '<html>', 'server-error'],
    ['an empty body', 200, '', 'not-json'],
    ['half a body', 200, '{"responseCode":"20', 'not-json'],
    ['no response code', 200, { hello: 1 }, 'wrong-shape'],
    ['a missing page', 200, { ...DONE, webRedirectUrl: undefined }, 'wrong-shape'],
    ['a 500', 500, coded('5005400'), 'server-error'],
    ['a 504', 504, coded('5045400'), 'server-error'],
    ['a conflict', 409, coded('4095400'), 'conflict'],
    ['a replay of a first answer', 409, DONE, 'conflict'],
    ['a code that contradicts the status', 200, coded('4035414'), 'codes-disagree'],
    ['a refusal under HTTP 200', 200, coded('4045401'), 'codes-disagree'],
    ["another service's success", 200, { ...DONE, responseCode: '2005500' }, 'codes-disagree'],
    ["somebody else's answer", 200, { ...DONE, partnerReferenceNo: 'INV-2' }, 'wrong-reference'],
    ['429 for money', 429, coded('4295400'), 'too-many-requests'],
  ];
  for (const [name, status, body, reason] of doubts) {
    test(`${name} is doubtful, never a no`, () => {
      const outcome = ofPurchase(status, body);
      assert.deepEqual(
        [outcome.kind, outcome.kind === 'doubtful' && outcome.reason],
        ['doubtful', reason],
      );
    });
  }

  test("another service's code is another's answer: for money, and where an absence would be believed", () => {
    const kindOf = (endpoint: Endpoint, code: string) => {
      const outcome = outcomeOf(
        endpoint,
        {},
        answered(Number(code.slice(0, 3)), coded(code)),
        SENT,
      );
      return outcome.kind === 'doubtful' ? outcome.reason : outcome.kind;
    };
    for (const code of ['4035514', '4047301', '4000000', '4095401', '4044301'])
      assert.equal(kindOf(topUp, code), 'codes-disagree', code);
    assert.equal(kindOf(topUp, '4033814'), 'refused');
    assert.equal(kindOf(topUp, '4017301'), 'unauthorized');
    assert.equal(kindOf(topUp, '5007300'), 'server-error');
    assert.equal(kindOf(purchaseStatus, '4043901'), 'codes-disagree');
    assert.equal(kindOf(purchaseStatus, '4035405'), 'refused');
    assert.equal(kindOf(purchaseStatus, '2025400'), 'codes-disagree');
    assert.equal(kindOf(tokenB2B2C, '4007301'), 'refused');
    assert.equal(kindOf(tokenB2B2C, '4045501'), 'codes-disagree');
  });

  test('202 is pending, 401 names the credential', () => {
    assert.equal(ofPurchase(202, coded('2025400')).kind, 'pending');
    const credentials = ['4015400', '4015401', '4015402', '4015403', '4015404'].map((code) => {
      const outcome = ofPurchase(401, coded(code));
      return outcome.kind === 'unauthorized' && outcome.credential;
    });
    assert.deepEqual(credentials, [
      'signature',
      'b2b-token',
      'customer-token',
      'b2b-token',
      'customer-token',
    ]);
  });

  test('429 for a question is throttled, with the delay that DOKU names', () => {
    const ask = (retryAfter?: string) => {
      const outcome = outcomeOf(
        purchaseStatus,
        {},
        answered(429, coded('4295500'), retryAfter),
        SENT,
      );
      return outcome.kind === 'throttled' && outcome.retryAfterMs;
    };
    assert.deepEqual([ask('7'), ask(), ask('soon')], [7_000, 1_000, 1_000]);
  });

  test('what DOKU says is kept without what could identify a person', () => {
    const outcome = ofPurchase(403, {
      responseCode: '4035415',
      responseMessage: 'No a@b.co 6281234567890',
    });
    assert.equal(outcome.responseMessage, 'No … …');
    const grouped = { responseCode: '4035415', responseMessage: 'No 62 (812) 3456.7890 here' };
    assert.equal(ofPurchase(403, grouped).responseMessage, 'No … here');
  });

  test('what it quotes of what was sent is kept without codes, tokens and names', () => {
    const messageFrom = (
      endpoint: Parameters<typeof outcomeOf>[0],
      request: object,
      message: string,
    ) => {
      const body = { responseCode: `400${endpoint.serviceCode}00`, responseMessage: message };
      return outcomeOf(endpoint, request, answered(400, body), SENT).responseMessage;
    };
    const authCode = 'af31c0de-beef-4bad-a111-d00dfeedcafe';
    assert.equal(messageFrom(tokenB2B2C, { authCode }, `no code ${authCode}`), 'no code …');
    const refreshToken = 'short-one';
    assert.equal(messageFrom(tokenB2B2C, { refreshToken }, `bad: ${refreshToken}!`), 'bad: …!');
    assert.equal(messageFrom(verifyOtp, { otp: '1234' }, 'OTP 1234 is wrong'), 'OTP … is wrong');
    const creation = { customerName: 'Budi Santoso', additionalInfo: { phoneNo: '+62 812' } };
    assert.equal(messageFrom(verifyOtp, creation, 'Budi Santoso, +62 812'), '…, …');
    assert.equal(messageFrom(verifyOtp, REQUEST, 'INV-1 is unknown'), 'INV-1 is unknown');
  });

  test('tolerates numbers for strings, both spellings and an empty additionalInfo', () => {
    const status = outcomeOf(
      purchaseStatus,
      { originalPartnerReferenceNo: 'INV-1' },
      answered(200, {
        ...coded('2005500'),
        latestTransactionStatus: '00',
        transAmount: { value: 10000, currency: 'IDR' },
        additionalInfo: '',
      }),
      SENT,
    );
    assert.equal(status.kind === 'succeeded' && status.response.transAmount?.value, '10000.00');
    for (const fields of [
      { qparamsURL: 'https://d/pin', qparams: { token: 'a b' } },
      { qParamsURL: 'https://d/pin', qParams: { token: 'a b' } },
    ]) {
      const otp = outcomeOf(verifyOtp, {}, answered(200, { ...coded('2000400'), ...fields }), SENT);
      assert.equal(otp.kind === 'succeeded' && otp.response.pinUrl, 'https://d/pin?token=a+b');
    }
  });
});
