/**
 * The signed client: one typed method an operation. Signs, sends, renews a refused token once, and says what the
 * answer means.
 *
 * @module
 */
import type * as z from 'zod';
import { outcomeOf } from './answer.js';
import { decryptAuthCode } from './auth-code.js';
import type { SnapCredentials } from './credentials.js';
import type { Endpoint, RequestOf, ResponseOf } from './endpoint.js';
import { accountBinding } from './endpoints/account-binding.js';
import { accountCreation } from './endpoints/account-creation.js';
import { accountInquiry } from './endpoints/account-inquiry.js';
import { accountUnbinding } from './endpoints/account-unbinding.js';
import { authCapture } from './endpoints/auth-capture.js';
import { authPayment } from './endpoints/auth-payment.js';
import { authVoid } from './endpoints/auth-void.js';
import { balanceInquiry } from './endpoints/balance-inquiry.js';
import { bankAccountInquiry } from './endpoints/bank-account-inquiry.js';
import { historyDetail } from './endpoints/history-detail.js';
import { historyList } from './endpoints/history-list.js';
import { purchase } from './endpoints/purchase.js';
import { purchaseCancel } from './endpoints/purchase-cancel.js';
import { purchaseRefund } from './endpoints/purchase-refund.js';
import { purchaseStatus } from './endpoints/purchase-status.js';
import { requestOtp } from './endpoints/request-otp.js';
import { topUp } from './endpoints/top-up.js';
import { topUpInquiry } from './endpoints/top-up-inquiry.js';
import { topUpStatus } from './endpoints/top-up-status.js';
import { transferBank } from './endpoints/transfer-bank.js';
import { verifyOtp } from './endpoints/verify-otp.js';
import { type OnExchange, reported } from './exchange-report.js';
import { InvalidRequestError } from './invalid-request-error.js';
import type { Outcome } from './outcome.js';
import { type CallOptions, createSender, type Sender } from './sender.js';
import type { SnapSettings } from './settings.js';
import type { TokenSource } from './token-source.js';
import { createTransport, type Transport } from './transport.js';

const ENDPOINTS = {
  accountCreation,
  verifyOtp,
  accountBinding,
  accountInquiry,
  accountUnbinding,
  balanceInquiry,
  bankAccountInquiry,
  transferBank,
  topUp,
  topUpStatus,
  purchase,
  purchaseStatus,
  purchaseCancel,
  purchaseRefund,
  historyList,
  historyDetail,
  requestOtp,
  authPayment,
  authCapture,
  authVoid,
  topUpInquiry,
} as const;
type Endpoints = typeof ENDPOINTS;

/**
 * Each method sends at most one request, or one more for each token that DOKU refused and that was renewed, and resolves to an
 * {@link Outcome}.
 *
 * Rejects with InvalidRequestError when the request is wrong, with NotSentError when DOKU is out of reach, and
 * with whatever the token source throws; in each case nothing was sent. Paths of the `b2b2c` family need
 * `customerId`.
 */
export type SnapCalls = {
  readonly [Name in keyof Endpoints]: (
    request: RequestOf<Endpoints[Name]>,
    options?: CallOptions,
  ) => Promise<Outcome<ResponseOf<Endpoints[Name]>>>;
};

export interface SnapClient extends SnapCalls {
  /** Decrypts Account Inquiry's authCode. @throws Error when no authCode secret is configured. */
  decryptAuthCode(encrypted: string): string;
}

export interface SnapClientOptions {
  readonly settings: SnapSettings;
  readonly credentials: SnapCredentials;
  readonly tokens: TokenSource;
  /** Default: the system's clock. */
  readonly now?: () => Date;
  /** Default: `node-fetch` on keep-alive connections. */
  readonly transport?: Transport;
  readonly onExchange?: OnExchange;
}

/** @throws RangeError naming a credential that cannot work. */
export function createSnapClient(options: SnapClientOptions): SnapClient {
  const { settings, credentials } = options;
  const sender = createSender({
    ...options,
    now: options.now ?? (() => new Date()),
    transport: options.transport ?? createTransport(settings),
  });
  const calls = Object.fromEntries(
    Object.entries(ENDPOINTS).map(([name, endpoint]) => [
      name,
      (request: unknown, callOptions: CallOptions = {}) =>
        call(
          endpoint as Endpoint,
          withDefaults(name as keyof Endpoints, request, settings),
          callOptions,
          sender,
          options,
        ),
    ]),
  ) as unknown as SnapCalls;
  return {
    ...calls,
    decryptAuthCode: (encrypted) => {
      const { authCodeSecret, secondAuthCodeSecret } = credentials;
      if (authCodeSecret === undefined) throw new Error('no authCode secret is configured');
      return decryptAuthCode(encrypted, authCodeSecret, secondAuthCodeSecret);
    },
  };
}

async function call(
  endpoint: Endpoint,
  request: unknown,
  options: CallOptions,
  sender: Sender,
  { settings, onExchange }: SnapClientOptions,
): Promise<Outcome<unknown>> {
  const parsed = endpoint.request.safeParse(request);
  if (!parsed.success) throw new InvalidRequestError(endpoint.operation, parsed.error);
  return reported(onExchange, endpoint.operation, settings, parsed.data, () =>
    sender(endpoint, parsed.data, options, (answer, sent) =>
      outcomeOf(endpoint as Endpoint<z.ZodType, z.ZodType>, parsed.data, answer, sent),
    ),
  );
}

/** What the settings say where the caller says nothing. */
function withDefaults(name: keyof Endpoints, request: unknown, settings: SnapSettings): unknown {
  if (typeof request !== 'object' || request === null) return request;
  switch (name) {
    case 'purchase':
      return {
        payOptionDetails: [{ payMethod: settings.payMethod, payOption: settings.payMethod }],
        ...request,
      };
    case 'purchaseStatus':
      return { serviceCode: settings.purchaseServiceCode, ...request };
    case 'topUpStatus':
      return { serviceCode: settings.topUpServiceCode, ...request };
    default:
      return request;
  }
}
