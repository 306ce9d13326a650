/**
 * Whether a request really comes from DOKU, checked in SNAP's order; the first check that fails answers.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parsedWithTexts } from '../../../activities/snap/json-text.js';
import {
  verifyAsymmetricSignature,
  verifySymmetricSignature,
} from '../../../activities/snap/signature.js';
import { toldStatus } from '../../../activities/snap/transaction-status.js';
import { type ArrivedNotification, headerOf, textOf } from './arrived.js';
import { type Check, NotificationRefusal } from './refusal.js';
import type { NotificationTokens } from './token.js';

/** How far DOKU's clock may be off, and how long a captured request stays of use at most. */
const WINDOW_MS = 15 * 60_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** What is read anew for each request. */
export interface NotificationIdentity {
  readonly clientId: string;
  /** One, or two during a rotation: each is taken. */
  readonly clientSecrets: readonly string[];
  /** PEM, the same: they verify DOKU's request for a token. */
  readonly dokuPublicKeys: readonly string[];
  readonly tokens: NotificationTokens;
}

/** Numbers are parsed as the texts that they were. */
const textIn = (most: number) => z.string().min(1).max(most);
/** Only the reference is needed: whatever else is odd, DOKU's own query decides. */
const notificationSchema = z.looseObject({
  originalPartnerReferenceNo: textIn(512),
  latestTransactionStatus: textIn(64).optional().catch(undefined),
  amount: z
    .looseObject({ value: textIn(64), currency: textIn(16) })
    .optional()
    .catch(undefined),
});
/** What a notification says; DOKU's own query decides. */
export interface Notification {
  /** Of any form: DOKU may know it from elsewhere. */
  readonly partnerReferenceNo: string;
  /** Without what may be a person's: of SNAP's own codes nothing is. */
  readonly latestTransactionStatus: string;
  /** "10000.00", or "USD 10000.00" where it is no rupiah; absent where DOKU does not say it. */
  readonly amount?: string;
  /** DOKU's name for this delivery, which it does not sign, with a digest of the body. */
  readonly delivery: string;
  /** Of what DOKU signed: the same request sent again has the same, under whatever name. */
  readonly digest: string;
}

/**
 * DOKU's request for a token.
 *
 * @returns a digest of what DOKU signed.
 * @throws NotificationRefusal
 */
export function checkedTokenRequest(
  arrived: ArrivedNotification,
  identity: NotificationIdentity,
): string {
  const clientId = headerOf(arrived, 'X-CLIENT-KEY');
  const timestamp = freshTimestamp(arrived);
  const signature = headerOf(arrived, 'X-SIGNATURE');
  const text = textOf(arrived);
  if (clientId !== identity.clientId) throw unauthorized(arrived, 'client');
  const isGenuine = identity.dokuPublicKeys.some((publicKey) =>
    verifyAsymmetricSignature({ clientId, timestamp, publicKey, signature }),
  );
  if (!isGenuine) throw unauthorized(arrived, 'signature');
  const body = jsonIn(arrived, text) as { grantType?: unknown };
  if (body.grantType !== 'client_credentials')
    throw badRequest(arrived, 'field', '01', 'Invalid Field Format grantType');
  return digestOf(signature);
}

/** DOKU's notification. @throws NotificationRefusal */
export async function checkedNotification(
  arrived: ArrivedNotification,
  identity: NotificationIdentity,
): Promise<Notification> {
  const timestamp = freshTimestamp(arrived);
  const partnerId = headerOf(arrived, 'X-PARTNER-ID');
  const externalId = headerOf(arrived, 'X-EXTERNAL-ID');
  if (!/^[\x21-\x7e]{1,64}$/.test(externalId))
    throw badRequest(arrived, 'header', '01', 'Invalid Field Format X-EXTERNAL-ID');
  const signature = headerOf(arrived, 'X-SIGNATURE');
  const accessToken = headerOf(arrived, 'Authorization').replace(/^Bearer /i, '');
  const text = textOf(arrived);
  if (partnerId !== identity.clientId) throw unauthorized(arrived, 'client');
  if (!(await identity.tokens.isValid(accessToken)))
    throw new NotificationRefusal('token', 401, arrived.serviceCode, '01', 'Invalid Token (B2B)');
  const isGenuine = identity.clientSecrets.some((clientSecret) =>
    arrived.signedPaths.some((path) =>
      verifySymmetricSignature({
        method: 'POST',
        path,
        accessToken,
        body: arrived.rawBody,
        timestamp,
        clientSecret,
        signature,
      }),
    ),
  );
  if (!isGenuine) throw unauthorized(arrived, 'signature');
  const result = notificationSchema.safeParse(jsonIn(arrived, text));
  if (!result.success) {
    const field = result.error.issues[0]?.path.map(String).join('.') ?? '';
    throw badRequest(arrived, 'field', '01', `Invalid Field Format ${field}`);
  }
  const { originalPartnerReferenceNo, latestTransactionStatus, amount } = result.data;
  return {
    partnerReferenceNo: originalPartnerReferenceNo,
    latestTransactionStatus: toldStatus(codeOf(latestTransactionStatus)),
    ...(amount && { amount: amountOf(amount) }),
    delivery: `${externalId} ${digestOf(arrived.rawBody)}`,
    digest: digestOf(signature),
  };
}

const digestOf = (signed: string | Uint8Array) => createHash('sha256').update(signed).digest('hex');

/** "0" for "00": a number has lost its zero. */
const codeOf = (text = '') => (/^\d$/.test(text) ? `0${text}` : text);

/** What is no amount, or no currency, may be anything: it is not told. */
function amountOf({ value, currency }: { value: string; currency: string }): string {
  const amount = /^[+-]?[\d.,]+$/.test(value) ? value : '…';
  if (currency.toUpperCase() === 'IDR') return amount;
  return `${/^[A-Za-z]{3}$/.test(currency) ? currency : '…'} ${amount}`;
}

/** @returns seconds that the sender's clock is ahead of ours; nothing where its timestamp cannot be read. */
export function skewIn(timestamp: string | undefined): number | undefined {
  if (timestamp === undefined || !TIMESTAMP.test(timestamp)) return undefined;
  const skew = Math.round((Date.parse(timestamp) - Date.now()) / 1_000);
  return Number.isNaN(skew) ? undefined : skew;
}

function freshTimestamp(arrived: ArrivedNotification): string {
  const timestamp = headerOf(arrived, 'X-TIMESTAMP');
  if (!TIMESTAMP.test(timestamp))
    throw badRequest(arrived, 'header', '01', 'Invalid Field Format X-TIMESTAMP');
  if (!(Math.abs(Date.parse(timestamp) - Date.now()) <= WINDOW_MS))
    throw unauthorized(arrived, 'clock', 'Unauthorized. Stale X-TIMESTAMP');
  return timestamp;
}

function jsonIn(arrived: ArrivedNotification, text: string): object {
  try {
    const value: unknown = parsedWithTexts(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Answered below.
  }
  throw badRequest(arrived, 'json', '00', 'Bad Request');
}

const unauthorized = (
  { serviceCode }: ArrivedNotification,
  check: Check,
  message = 'Unauthorized. Invalid Signature',
) => new NotificationRefusal(check, 401, serviceCode, '00', message);

const badRequest = (
  { serviceCode }: ArrivedNotification,
  check: Check,
  caseCode: string,
  message: string,
) => new NotificationRefusal(check, 400, serviceCode, caseCode, message);
