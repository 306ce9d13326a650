/**
 * DOKU's SNAP signatures and signed client, for merchants' own use: `doku-journeys/snap`.
 *
 * @module
 */
export { amountText, type GivenAmount, type Money, rupiahOf } from './amount.js';
export { decryptAuthCode } from './auth-code.js';
export {
  createSnapClient,
  type SnapCalls,
  type SnapClient,
  type SnapClientOptions,
} from './client.js';
export type { SnapCredentials } from './credentials.js';
export type { Operation } from './endpoint.js';
export type { AccountBindingRequest, AccountBindingResponse } from './endpoints/account-binding.js';
export type {
  AccountCreationRequest,
  AccountCreationResponse,
} from './endpoints/account-creation.js';
export type { AccountInquiryRequest, AccountInquiryResponse } from './endpoints/account-inquiry.js';
export type {
  AccountUnbindingRequest,
  AccountUnbindingResponse,
} from './endpoints/account-unbinding.js';
export type { AuthCaptureRequest, AuthCaptureResponse } from './endpoints/auth-capture.js';
export type { AuthPaymentRequest, AuthPaymentResponse } from './endpoints/auth-payment.js';
export type { AuthVoidRequest, AuthVoidResponse } from './endpoints/auth-void.js';
export type { BalanceInquiryRequest, BalanceInquiryResponse } from './endpoints/balance-inquiry.js';
export type {
  BankAccountInquiryRequest,
  BankAccountInquiryResponse,
} from './endpoints/bank-account-inquiry.js';
export type { HistoryDetailRequest, HistoryDetailResponse } from './endpoints/history-detail.js';
export type { HistoryListRequest, HistoryListResponse } from './endpoints/history-list.js';
export type { PurchaseRequest, PurchaseResponse } from './endpoints/purchase.js';
export type { PurchaseCancelRequest, PurchaseCancelResponse } from './endpoints/purchase-cancel.js';
export type { PurchaseRefundRequest, PurchaseRefundResponse } from './endpoints/purchase-refund.js';
export type { PurchaseStatusRequest, PurchaseStatusResponse } from './endpoints/purchase-status.js';
export type { RequestOtpRequest, RequestOtpResponse } from './endpoints/request-otp.js';
export type { TokenB2BRequest, TokenB2BResponse } from './endpoints/token-b2b.js';
export type { TokenB2B2CRequest, TokenB2B2CResponse } from './endpoints/token-b2b2c.js';
export type { TopUpRequest, TopUpResponse } from './endpoints/top-up.js';
export type { TopUpInquiryRequest, TopUpInquiryResponse } from './endpoints/top-up-inquiry.js';
export type { TopUpStatusRequest, TopUpStatusResponse } from './endpoints/top-up-status.js';
export type { TransferBankRequest, TransferBankResponse } from './endpoints/transfer-bank.js';
export type { VerifyOtpRequest, VerifyOtpResponse } from './endpoints/verify-otp.js';
export type { ExchangeReport, OnExchange } from './exchange-report.js';
export { InvalidRequestError } from './invalid-request-error.js';
export { jakartaTime } from './jakarta-time.js';
export { NotSentError } from './not-sent-error.js';
export type {
  Doubtful,
  DoubtReason,
  Exchange,
  Outcome,
  Pending,
  RefusalCase,
  Refused,
  Succeeded,
  Throttled,
  Unauthorized,
} from './outcome.js';
export type { Phase } from './phase.js';
export type { Oddity } from './reading.js';
export type { CallOptions } from './sender.js';
export { type SnapSettings, type SnapSettingsInput, snapSettings } from './settings.js';
export {
  type AsymmetricSignatureInput,
  type AsymmetricVerificationInput,
  asymmetricSignature,
  type SymmetricSignatureInput,
  symmetricSignature,
  verifyAsymmetricSignature,
  verifySymmetricSignature,
} from './signature.js';
export { createTokenClient, type TokenClient, type TokenClientOptions } from './token-client.js';
export { tokenExpiry } from './token-expiry.js';
export { CustomerNotBoundError, type IssuedToken, type TokenSource } from './token-source.js';
