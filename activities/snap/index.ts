/**
 * DOKU's SNAP signatures and signed client, for merchants' own use: `doku-journeys/snap`.
 *
 * @module
 */
export type { Money } from './amount.js';
export { decryptAuthCode } from './auth-code.js';
export {
  createSnapClient,
  type SnapCalls,
  type SnapClient,
  type SnapClientOptions,
} from './client.js';
export type { SnapCredentials } from './credentials.js';
export type { Operation } from './endpoint.js';
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
export { CustomerNotBoundError, type IssuedToken, type TokenSource } from './token-source.js';
