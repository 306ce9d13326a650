import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { SandboxOptions } from '../../../sandbox/doku/settings.js';
import { startSandbox } from '../../../sandbox/server.js';
import { SandboxControl } from '../../setting/sandbox-control.js';
import { type Answered, SignedCaller } from '../../setting/signed-caller.js';
import { money } from '../../setting/signed-sandbox.js';

export interface Raw extends Answered {
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export const TOP_UP = 'b2b2c/v1.0/emoney/topup';
export const STATUS = 'b2b2c/v1.0/debit/status';
export const REFUND = 'b2b2c/v1.0/debit/refund';
export const CANCEL = 'b2b2c/v1.0/debit/cancel';
export const HISTORY = 'b2b2c/v1.0/transaction-history-detail';
export const AUTH = 'b2b2c/v1.0/auth/payment';

/** A caller of its own connections, which trusts the sandbox's CA and keeps what it read as it came. */
export class RawCaller extends SignedCaller {
  /** Where a caller gives up. */
  timeoutMs = 10_000;
  /** Of its connections; without it, one for each call. */
  agent: http.Agent | undefined;

  /** @throws what the connection ended with. */
  override post(
    path: string,
    raw: string,
    headers: Record<string, string | undefined>,
  ): Promise<Raw> {
    const { caPem, url } = this.sandbox;
    const { request } = caPem === undefined ? http : https;
    const given = Object.fromEntries(
      Object.entries(headers).filter(([, value]) => value !== undefined),
    );
    return new Promise((resolve, reject) => {
      const sent = request(
        url + path,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...given },
          agent: this.agent ?? false,
          ...(caPem !== undefined && { ca: caPem }),
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text,
              body: text.startsWith('{') ? JSON.parse(text) : {},
            }),
          );
        },
      );
      sent.setTimeout(this.timeoutMs, () => sent.destroy(new Error('gave up')));
      sent.on('error', reject);
      sent.end(raw);
    });
  }

  override call(
    path: string,
    body: unknown,
    headers: Record<string, string | undefined> = {},
  ): Promise<Raw> {
    return super.call(path, body, headers) as Promise<Raw>;
  }
}

export async function startMoody(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ port: 0, ...options });
  const doku = new SandboxControl(sandbox.controlUrl);

  async function merchant(overrides: Record<string, unknown> = {}) {
    const account = await doku.account({ bound: true, ...overrides });
    return { account, caller: await new RawCaller(sandbox).signIn(account.authCode) };
  }

  async function topUp(caller: SignedCaller, customerNumber: string, partnerReferenceNo: string) {
    const body = { partnerReferenceNo, customerNumber, amount: money('10000.00') };
    return (await caller.call(TOP_UP, body)) as Raw;
  }

  async function topUpStatus(caller: SignedCaller, originalPartnerReferenceNo: string) {
    const body = { originalPartnerReferenceNo, serviceCode: '38' };
    const answer = await caller.call('b2b2c/v1.0/emoney/topup-status', body);
    return answer as Raw;
  }

  async function status(caller: SignedCaller, originalPartnerReferenceNo: string) {
    return (await caller.call(STATUS, { originalPartnerReferenceNo, serviceCode: '54' })) as Raw;
  }

  /** A purchase that its customer has paid. */
  async function paid(caller: SignedCaller, value = '10000.00') {
    const partnerReferenceNo = randomUUID();
    await caller.call('b2b2c/v1.0/debit/payment-host-to-host', {
      partnerReferenceNo,
      amount: money(value),
    });
    await doku.customer(partnerReferenceNo, 'pay');
    return partnerReferenceNo;
  }

  return { sandbox, doku, merchant, topUp, topUpStatus, status, paid, close: sandbox.close };
}
