import type { TemperamentInput } from '../../sandbox/temperaments/schema.js';

/** The sandbox's control API for tests: what a customer does, what DOKU's ledger says, what goes wrong. */
export interface SandboxAccount {
  accountId: string;
  phoneNo: string;
  pin: string;
  linkId?: string;
  authCode?: string;
}

export interface LedgerEntry {
  seq: number;
  type: string;
  partnerReferenceNo?: string;
  partnerRefundNo?: string;
  /** Rupiah unless a currency is named. */
  legs: { account: string; amount: string; currency?: string }[];
}

export class SandboxControl {
  constructor(readonly url: string) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}/_control/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  account(overrides: Record<string, unknown> = {}): Promise<SandboxAccount> {
    const phoneNo = `62812${Math.floor(10_000_000 + Math.random() * 89_999_999)}`;
    return this.call('POST', 'accounts', { phoneNo, balance: '1000000.00', ...overrides });
  }

  async balance(accountId: string): Promise<string> {
    return (await this.call<{ balance: string }>('GET', `accounts/${accountId}`)).balance;
  }

  async otp(phoneNo: string): Promise<string> {
    return (await this.call<{ otp: string }>('GET', `otp?phoneNo=${phoneNo}`)).otp;
  }

  customer(partnerReferenceNo: string, action: 'pay' | 'decline' | 'abandon') {
    return this.call<{ outcome: string; redirectUrl?: string }>(
      'POST',
      `purchases/${partnerReferenceNo}/customer`,
      {
        action,
      },
    );
  }

  ledger(): Promise<{ entries: LedgerEntry[]; sum: string }> {
    return this.call('GET', 'ledger');
  }

  /** Entries about one purchase. */
  async entries(partnerReferenceNo: string): Promise<LedgerEntry[]> {
    return (await this.ledger()).entries.filter(
      (entry) => entry.partnerReferenceNo === partnerReferenceNo,
    );
  }

  fault(fault: {
    operation: string;
    fault: string;
    when: 'before' | 'after';
    times?: number;
    delayMs?: number;
    match?: { partnerReferenceNo: string };
  }) {
    return this.call('POST', 'faults', fault);
  }

  /** Those that requests have yet to meet. */
  async faults() {
    const { faults } = await this.call<{
      faults: {
        operation: string;
        match?: { partnerReferenceNo: string };
        times: number;
        left: number;
      }[];
    }>('GET', 'faults');
    return faults;
  }

  /** DOKU is so disposed from now on: towards all, or one operation, account or reference; for ever, a time or times. */
  temperament(temperament: TemperamentInput) {
    return this.call<TemperamentInput & { id: string; left?: number }>(
      'POST',
      'temperaments',
      temperament,
    );
  }

  /** Those that hold, how many effects DOKU still works on after their callers hung up, and all it will do later. */
  temperaments() {
    return this.call<{
      temperaments: (TemperamentInput & { id: string; left?: number })[];
      working: number;
      later: number;
    }>('GET', 'temperaments');
  }

  /** Ends one temperament, or all; what DOKU works on already, it goes on with. */
  async calm(id?: string): Promise<void> {
    await this.call('DELETE', id === undefined ? 'temperaments' : `temperaments/${id}`);
  }

  /** Waits until DOKU works on nothing any more whose caller hung up. */
  async idle(): Promise<void> {
    while ((await this.temperaments()).working > 0)
      await new Promise((resolve) => setTimeout(resolve, 25));
  }

  settle(partnerReferenceNo: string) {
    return this.call('POST', 'settle', { partnerReferenceNo });
  }

  async isBound(accountId: string): Promise<boolean> {
    return (await this.call<{ isBound: boolean }>('GET', `accounts/${accountId}`)).isBound;
  }

  /** A top-up or transfer of this reference stays in progress until {@link finish}. */
  hold(partnerReferenceNo: string) {
    return this.call('POST', `transfers/${partnerReferenceNo}/hold`);
  }

  finish(partnerReferenceNo: string, status: 'success' | 'failed') {
    return this.call('POST', `transfers/${partnerReferenceNo}/finish`, { status });
  }

  advance(advanceMs: number) {
    return this.call('POST', 'clock', { advanceMs });
  }

  /** What arrived, of one operation or of all, under one reference or under any. */
  async requests(operation?: string, partnerReferenceNo?: string) {
    const only = new URLSearchParams({
      ...(operation && { operation }),
      ...(partnerReferenceNo && { partnerReferenceNo }),
    });
    const { requests } = await this.call<{
      requests: {
        at: string;
        operation: string;
        partnerReferenceNo?: string;
        /** Of all requests, in the order in which they came. */
        seq: number;
        verdict: string;
        responseCode?: string;
        externalId?: string;
      }[];
    }>('GET', `requests?${only}`);
    return requests;
  }
}
