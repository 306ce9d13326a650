/**
 * Whether a request really comes from DOKU, checked in SNAP's order; the first check that fails answers.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { parsedWithTexts } from '../../../activities/snap/json-text.js';
import {
  verifyAsymmetricSignature,
  verifySymmetricSignature,
} from '../../../activities/snap/signature.js';
import type { NotificationTokens } from './token.js';

/** How far DOKU's clock may be off, and how long a captured request stays of use at most. */
const WINDOW_MS = 15 * 60_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A refusal in DOKU's form. */
export class NotificationRefusal extends Error {
  constructor(
    readonly status: number,
    readonly serviceCode: string,
    readonly caseCode: string,
    message: string,
  ) {
    super(message);
  }

  get body() {
    return {
      responseCode: `${this.status}${this.serviceCode}${this.caseCode}`,
      responseMessage: this.message,
    };
  }
}

export interface NotificationIdentity {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM: verifies DOKU's request for a token. */
  readonly dokuPublicKey: string;
  readonly tokens: NotificationTokens;
}

export interface ArrivedNotification {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
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
  readonly latestTransactionStatus: string;
  /** "10000.00", or "USD 10000.00" where it is no rupiah; absent where DOKU does not say it. */
  readonly amount?: string;
  /** DOKU's name for this delivery, which it does not sign. */
  readonly externalId: string;
  /** Of what DOKU signed: the same request sent again has the same, under whatever name. */
  readonly digest: string;
}

/** SNAP's service codes. */
const TOKEN = '73';
const NOTIFY = '56';

/** DOKU's request for a token. @throws NotificationRefusal */
export function checkTokenRequest(arrived: ArrivedNotification, identity: NotificationIdentity) {
  const clientId = needed(arrived, 'X-CLIENT-KEY', TOKEN);
  const timestamp = freshTimestamp(arrived, TOKEN);
  const signature = needed(arrived, 'X-SIGNATURE', TOKEN);
  const isGenuine =
    clientId === identity.clientId &&
    verifyAsymmetricSignature({
      clientId,
      timestamp,
      publicKey: identity.dokuPublicKey,
      signature,
    });
  if (!isGenuine)
    throw new NotificationRefusal(401, TOKEN, '00', 'Unauthorized. Invalid Signature');
  const body = jsonIn(arrived, TOKEN) as { grantType?: unknown };
  if (body.grantType !== 'client_credentials')
    throw new NotificationRefusal(400, TOKEN, '01', 'Invalid Field Format grantType');
}

/** DOKU's notification. @throws NotificationRefusal */
export async function checkedNotification(
  arrived: ArrivedNotification,
  identity: NotificationIdentity,
): Promise<Notification> {
  const timestamp = freshTimestamp(arrived, NOTIFY);
  const partnerId = needed(arrived, 'X-PARTNER-ID', NOTIFY);
  const externalId = needed(arrived, 'X-EXTERNAL-ID', NOTIFY);
  if (!/^[\x21-\x7e]{1,64}$/.test(externalId))
    throw new NotificationRefusal(400, NOTIFY, '01', 'Invalid Field Format X-EXTERNAL-ID');
  const signature = needed(arrived, 'X-SIGNATURE', NOTIFY);
  const accessToken = needed(arrived, 'Authorization', NOTIFY).replace(/^Bearer\s+/i, '');
  if (!(await identity.tokens.isValid(accessToken)))
    throw new NotificationRefusal(401, NOTIFY, '01', 'Invalid Token (B2B)');
  const isGenuine =
    partnerId === identity.clientId &&
    verifySymmetricSignature({
      method: 'POST',
      path: arrived.path,
      accessToken,
      body: arrived.rawBody,
      timestamp,
      clientSecret: identity.clientSecret,
      signature,
    });
  if (!isGenuine)
    throw new NotificationRefusal(401, NOTIFY, '00', 'Unauthorized. Invalid Signature');
  const result = notificationSchema.safeParse(jsonIn(arrived, NOTIFY));
  if (!result.success) {
    const field = result.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new NotificationRefusal(400, NOTIFY, '01', `Invalid Field Format ${field}`);
  }
  const { originalPartnerReferenceNo, latestTransactionStatus, amount } = result.data;
  return {
    partnerReferenceNo: originalPartnerReferenceNo,
    latestTransactionStatus: codeOf(latestTransactionStatus),
    ...(amount && { amount: amountOf(amount) }),
    externalId,
    digest: createHash('sha256').update(signature).digest('hex'),
  };
}

/** "0" for "00": a number has lost its zero. */
const codeOf = (text = '') => (/^\d$/.test(text) ? `0${text}` : text);

const amountOf = ({ value, currency }: { value: string; currency: string }) =>
  currency.toUpperCase() === 'IDR' ? value : `${currency} ${value}`;

function needed({ headers }: ArrivedNotification, name: string, serviceCode: string): string {
  const value = headers[name.toLowerCase()];
  if (typeof value === 'string' && value !== '') return value;
  throw new NotificationRefusal(400, serviceCode, '02', `Invalid Mandatory Field ${name}`);
}

function freshTimestamp(arrived: ArrivedNotification, serviceCode: string): string {
  const timestamp = needed(arrived, 'X-TIMESTAMP', serviceCode);
  if (!TIMESTAMP.test(timestamp))
    throw new NotificationRefusal(400, serviceCode, '01', 'Invalid Field Format X-TIMESTAMP');
  if (!(Math.abs(Date.parse(timestamp) - Date.now()) <= WINDOW_MS))
    throw new NotificationRefusal(401, serviceCode, '00', 'Unauthorized. Stale X-TIMESTAMP');
  return timestamp;
}

function jsonIn({ rawBody }: ArrivedNotification, serviceCode: string): object {
  try {
    const value: unknown = parsedWithTexts(rawBody);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Answered below.
  }
  throw new NotificationRefusal(400, serviceCode, '00', 'Bad Request');
}
