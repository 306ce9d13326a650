/**
 * DOKU's notifications to the merchant: a token from the merchant, then the signed news (doku-api §12).
 *
 * @module
 */
import crypto from 'node:crypto';
import { type Purchase, STATUS_CODES } from '../books/purchase.js';
import { amountOf } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';

/** After the first try, counted from it. */
const RETRIES_MS = [30 * 60_000, 6 * 3_600_000, 12 * 3_600_000];
const TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

interface Undelivered {
  readonly body: Record<string, unknown>;
  readonly firstAt: number;
  tries: number;
}

/** Sends news of purchases where a notification URL is set; retries on the sandbox's clock. */
export class Notifications {
  #doku: Doku | undefined;
  #latest = new Map<string, Record<string, unknown>>();
  #undelivered: Undelivered[] = [];
  #timer: NodeJS.Timeout | undefined;

  attach(doku: Doku): void {
    this.#doku = doku;
    if (doku.settings.notifyUrl === undefined) return;
    this.#timer = setInterval(() => void this.retryDue(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  tell(purchase: Purchase): void {
    const url = this.#doku?.settings.notifyUrl;
    if (url === undefined || !this.#doku) return;
    const body = bodyOf(purchase);
    this.#latest.set(purchase.partnerReferenceNo, body);
    void this.#try({ body, firstAt: this.#doku.clock.now(), tries: 0 });
  }

  /** @returns whether the merchant took it; undefined where there is nothing to send. */
  async resend(partnerReferenceNo: string): Promise<boolean | undefined> {
    const body = this.#latest.get(partnerReferenceNo);
    return body && this.#send(body);
  }

  async retryDue(): Promise<void> {
    const now = this.#doku?.clock.now() ?? 0;
    const due = this.#undelivered.filter(
      ({ firstAt, tries }) => firstAt + (RETRIES_MS[tries - 1] ?? Infinity) <= now,
    );
    this.#undelivered = this.#undelivered.filter((each) => !due.includes(each));
    await Promise.all(due.map((each) => this.#try(each)));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#undelivered = [];
  }

  async #try(news: Undelivered): Promise<void> {
    if (await this.#send(news.body)) return;
    news.tries += 1;
    if (news.tries <= RETRIES_MS.length) this.#undelivered.push(news);
  }

  async #send(body: Record<string, unknown>): Promise<boolean> {
    const doku = this.#doku;
    const notifyUrl = doku?.settings.notifyUrl;
    if (!doku || notifyUrl === undefined) return false;
    try {
      const token = await merchantToken(doku, notifyUrl);
      const raw = JSON.stringify(body);
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
}

async function merchantToken(doku: Doku, notifyUrl: string): Promise<string> {
  const url =
    doku.settings.notifyTokenUrl ?? new URL('/authorization/v1/access-token/b2b', notifyUrl).href;
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

const bodyOf = (purchase: Purchase) => ({
  originalPartnerReferenceNo: purchase.partnerReferenceNo,
  originalReferenceNo: purchase.referenceNo,
  originalExternalId: purchase.externalId,
  latestTransactionStatus: STATUS_CODES[purchase.state],
  transactionStatusDesc: purchase.description,
  amount: amountOf(purchase.sen),
  additionalInfo: { accountType: 'EMONEY' },
});
