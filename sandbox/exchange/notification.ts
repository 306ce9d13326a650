/**
 * One notification to the merchant: what it says, and how it gets there.
 *
 * @module
 */
import crypto from 'node:crypto';
import { type Purchase, STATUS_CODES } from '../books/purchase.js';
import { amountOf, amountOfSum } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';
import { tokenUrlOf } from '../doku/settings.js';

const TIMEOUT_MS = 10_000;

export type News = Readonly<Record<string, unknown>>;

export const newsOf = (purchase: Purchase): News => ({
  originalPartnerReferenceNo: purchase.partnerReferenceNo,
  originalReferenceNo: purchase.referenceNo,
  originalExternalId: purchase.externalId,
  latestTransactionStatus: STATUS_CODES[purchase.state],
  transactionStatusDesc: purchase.description,
  amount: purchase.paidAt === undefined ? amountOf(purchase.sen) : amountOfSum(purchase.sum),
  additionalInfo: { accountType: 'EMONEY' },
});

/** @returns whether the merchant took it. */
export async function delivered(doku: Doku, news: News): Promise<boolean> {
  const { notifyUrl } = doku.settings;
  if (notifyUrl === undefined) return false;
  try {
    const token = await merchantToken(doku, notifyUrl);
    const raw = JSON.stringify(news);
    const answer = await fetch(notifyUrl, {
      method: 'POST',
      headers: signedHeaders(doku, new URL(notifyUrl).pathname, token, raw),
      body: raw,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function merchantToken(doku: Doku, notifyUrl: string): Promise<string> {
  const url = tokenUrlOf(notifyUrl, doku.settings.notifyTokenUrl);
  const timestamp = doku.clock.iso(Date.now());
  const signed = Buffer.from(`${doku.merchant.clientId}|${timestamp}`);
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-client-key': doku.merchant.clientId,
      'x-timestamp': timestamp,
      'x-signature': crypto.sign('sha256', signed, doku.privateKey).toString('base64'),
    },
    body: JSON.stringify({ grantType: 'client_credentials' }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  });
  const { accessToken } = (await answer.json()) as { accessToken?: string };
  if (!answer.ok || !accessToken) throw new Error('the merchant gave no token');
  return accessToken;
}

function signedHeaders(
  doku: Doku,
  path: string,
  token: string,
  raw: string,
): Record<string, string> {
  const timestamp = doku.clock.iso(Date.now());
  const digest = crypto.createHash('sha256').update(raw).digest('hex');
  const signature = crypto
    .createHmac('sha512', doku.merchant.clientSecret)
    .update(`POST:${path}:${token}:${digest}:${timestamp}`)
    .digest('base64');
  return {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-partner-id': doku.merchant.clientId,
    'x-external-id': crypto.randomInt(2 ** 47).toString(),
    'x-signature': signature,
    authorization: `Bearer ${token}`,
  };
}
