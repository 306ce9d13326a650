import { createHash, createHmac, createSign, randomInt } from 'node:crypto';
import type { Sandbox } from '../../sandbox/server.js';

export interface Answered {
  status: number;
  body: Record<string, unknown> & { responseCode?: string };
}

type Merchant = Pick<
  Sandbox,
  'url' | 'caPem' | 'clientId' | 'clientSecret' | 'merchantPrivateKeyPem'
>;

/** A merchant of a few lines, apart from our own client, that the sandbox's tests call it with. */
export class SignedCaller {
  b2b = '';
  customer = '';

  constructor(readonly sandbox: Merchant) {}

  async token(path: 'b2b' | 'b2b2c', body: object): Promise<Answered> {
    const timestamp = new Date().toISOString();
    const signer = createSign('RSA-SHA256').update(`${this.sandbox.clientId}|${timestamp}`);
    return this.post(`/authorization/v1/access-token/${path}`, JSON.stringify(body), {
      'x-client-key': this.sandbox.clientId,
      'x-timestamp': timestamp,
      'x-signature': signer.sign(this.sandbox.merchantPrivateKeyPem ?? '', 'base64'),
    });
  }

  /** Gets a B2B token and, with an authCode, a customer's. */
  async signIn(authCode?: string): Promise<this> {
    this.b2b = String(
      (await this.token('b2b', { grantType: 'client_credentials' })).body.accessToken,
    );
    if (authCode !== undefined) {
      const answer = await this.token('b2b2c', { grantType: 'authorization_code', authCode });
      this.customer = String(answer.body.accessToken);
    }
    return this;
  }

  async call(
    path: string,
    body: unknown,
    headers: Record<string, string | undefined> = {},
  ): Promise<Answered> {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const full = path.startsWith('/') ? path : `/snap-adapter/${path}`;
    return this.post(full, raw, { ...this.signed(full, raw), ...headers });
  }

  signed(path: string, raw: string, timestamp = new Date().toISOString()): Record<string, string> {
    const digest = createHash('sha256').update(raw).digest('hex');
    const text = `POST:${path}:${this.b2b}:${digest}:${timestamp}`;
    return {
      'x-partner-id': this.sandbox.clientId,
      'x-timestamp': timestamp,
      'x-external-id': String(randomInt(2 ** 47)),
      'x-signature': createHmac('sha512', this.sandbox.clientSecret).update(text).digest('base64'),
      authorization: `Bearer ${this.b2b}`,
      ...(this.customer && { 'authorization-customer': `Bearer ${this.customer}` }),
    };
  }

  async post(
    path: string,
    raw: string,
    headers: Record<string, string | undefined>,
  ): Promise<Answered> {
    const given = Object.entries(headers).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const answer = await fetch(`${this.sandbox.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...Object.fromEntries(given) },
      body: raw,
    });
    return { status: answer.status, body: (await answer.json()) as Answered['body'] };
  }
}
