import assert from 'node:assert/strict';
import fc from 'fast-check';
import type * as z from 'zod';
import { outcomeOf } from '../../../activities/snap/answer.js';
import type { Endpoint } from '../../../activities/snap/endpoint.js';
import { accountBinding } from '../../../activities/snap/endpoints/account-binding.js';
import { accountCreation } from '../../../activities/snap/endpoints/account-creation.js';
import { accountInquiry } from '../../../activities/snap/endpoints/account-inquiry.js';
import { accountUnbinding } from '../../../activities/snap/endpoints/account-unbinding.js';
import { authCapture } from '../../../activities/snap/endpoints/auth-capture.js';
import { authPayment } from '../../../activities/snap/endpoints/auth-payment.js';
import { authVoid } from '../../../activities/snap/endpoints/auth-void.js';
import { balanceInquiry } from '../../../activities/snap/endpoints/balance-inquiry.js';
import { bankAccountInquiry } from '../../../activities/snap/endpoints/bank-account-inquiry.js';
import { historyDetail } from '../../../activities/snap/endpoints/history-detail.js';
import { historyList } from '../../../activities/snap/endpoints/history-list.js';
import { purchase } from '../../../activities/snap/endpoints/purchase.js';
import { purchaseCancel } from '../../../activities/snap/endpoints/purchase-cancel.js';
import { purchaseRefund } from '../../../activities/snap/endpoints/purchase-refund.js';
import { purchaseStatus } from '../../../activities/snap/endpoints/purchase-status.js';
import { requestOtp } from '../../../activities/snap/endpoints/request-otp.js';
import { tokenB2B } from '../../../activities/snap/endpoints/token-b2b.js';
import { tokenB2B2C } from '../../../activities/snap/endpoints/token-b2b2c.js';
import { topUp } from '../../../activities/snap/endpoints/top-up.js';
import { topUpInquiry } from '../../../activities/snap/endpoints/top-up-inquiry.js';
import { topUpStatus } from '../../../activities/snap/endpoints/top-up-status.js';
import { transferBank } from '../../../activities/snap/endpoints/transfer-bank.js';
import { verifyOtp } from '../../../activities/snap/endpoints/verify-otp.js';
import { reported } from '../../../activities/snap/exchange-report.js';
import { isForBrowsers } from '../../../contract/browser-url.js';
import { doorOf } from '../door.js';
import { change, changed, oddObject, oddText, oddValue } from '../texts.js';

const ENDPOINTS: readonly Endpoint[] = [
  accountBinding,
  accountCreation,
  accountInquiry,
  accountUnbinding,
  authCapture,
  authPayment,
  authVoid,
  balanceInquiry,
  bankAccountInquiry,
  historyDetail,
  historyList,
  purchase,
  purchaseCancel,
  purchaseRefund,
  purchaseStatus,
  requestOtp,
  tokenB2B,
  tokenB2B2C,
  topUp,
  topUpInquiry,
  topUpStatus,
  transferBank,
  verifyOtp,
];
const NAMES = [
  'responseCode',
  'responseMessage',
  'partnerReferenceNo',
  'originalPartnerReferenceNo',
  'referenceNo',
  'webRedirectUrl',
  'nextAction',
  'qparamsURL',
  'qparams',
  'latestTransactionStatus',
  'transAmount',
  'amount',
  'value',
  'currency',
  'refundHistory',
  'refundNo',
  'refundStatus',
  'detailData',
  'accountInfos',
  'additionalInfo',
  'linkId',
  'authCode',
  'accessToken',
  'expiresIn',
  'beneficiaryAccountName',
  'status',
];
const ASKED = { partnerReferenceNo: 'INV-1', originalPartnerReferenceNo: 'INV-1' };

/** DOKU's answers, and those of whoever stands in between. */
export const answers = doorOf('answers of DOKU', 30, async () => ({
  inputs: fc.record({
    endpoint: fc.nat(ENDPOINTS.length - 1),
    status: fc.constantFrom(200, 200, 200, 202, 301, 400, 401, 403, 404, 405, 409, 429, 500, 504),
    caseCode: fc.constantFrom('00', '00', '01', '02', '11', '99'),
    body: oddObject(NAMES, oddValue(NAMES)),
    twice: fc.option(fc.constantFrom(...NAMES), { freq: 5 }),
    change,
    retryAfter: fc.option(oddText, { nil: undefined }),
  }),
  takes: async ({ endpoint: index, status, caseCode, body, twice, change: how, retryAfter }) => {
    const endpoint = ENDPOINTS[index] as Endpoint;
    const whole = JSON.stringify({
      responseCode: `${status}${endpoint.serviceCode}${caseCode}`,
      ...body,
    });
    const doubled = twice === null ? whole : `${whole.slice(0, -1)},"${twice}":"0","${twice}":"1"}`;
    const text = changed(doubled, how);
    const outcome = outcomeOf(
      endpoint as Endpoint<z.ZodType, z.ZodType>,
      ASKED,
      { status, text, retryAfter },
      { externalId: '1', sends: 1 },
    );
    // It goes into histories, logs and metrics.
    await reported(
      (report) => JSON.stringify(report),
      endpoint.operation,
      { baseUrl: 'https://api.doku.com' },
      ASKED,
      async () => outcome,
    );
    JSON.stringify(outcome);
    assert.ok((outcome.responseMessage?.length ?? 0) <= 400);
    if (outcome.kind === 'throttled') assert.ok(outcome.retryAfterMs > 0);
    if (outcome.kind === 'succeeded') {
      assert.equal(status, 200);
      assert.doesNotThrow(() => JSON.parse(text), 'what is no JSON was read');
      assertPage(endpoint, outcome.response as Record<string, unknown>);
    }
    const isClear = ['succeeded', 'pending', 'refused', 'unauthorized'].includes(outcome.kind);
    assert.ok(!isClear || twice === null || how.kind !== 'none', 'a member twice was an answer');
  },
}));

/** Where each answer has the page that is shown to the customer. */
const PAGES: Readonly<Record<string, string>> = {
  purchase: 'webRedirectUrl',
  accountBinding: 'nextAction',
  verifyOtp: 'pinUrl',
};

function assertPage({ operation }: Endpoint, response: Record<string, unknown>): void {
  const name = PAGES[operation];
  const page = name && response[name];
  if (page !== undefined)
    assert.ok(isForBrowsers(String(page)), `a browser would be sent to ${page}`);
}
