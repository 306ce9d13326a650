import type { Clock } from '../books/clock.js';

const KEPT = 20_000;

export interface LoggedRequest {
  readonly operation: string;
  readonly path: string;
  readonly partnerReferenceNo: string | undefined;
  readonly partnerRefundNo: string | undefined;
  readonly externalId: string | undefined;
  readonly verdict: 'accepted' | 'refused' | 'fault';
  readonly fault: string | undefined;
  readonly responseCode: string | undefined;
}

/** What arrived, latest last; never a token, an OTP, a phone number or an e-mail address. */
export class Requests {
  readonly #clock: Clock;
  #log: (LoggedRequest & { seq: number; at: string })[] = [];
  #seq = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(request: LoggedRequest): void {
    this.#seq += 1;
    this.#log.push({ seq: this.#seq, at: this.#clock.iso(), ...request });
    if (this.#log.length > KEPT) this.#log.splice(0, KEPT / 10);
  }

  /** All, or those of one operation, of one reference, or of both. */
  list(only: { operation?: string | undefined; partnerReferenceNo?: string | undefined }) {
    const wanted = Object.entries(only) as [keyof typeof only, string][];
    return this.#log.filter((request) => wanted.every(([key, value]) => request[key] === value));
  }

  reset(): void {
    this.#log = [];
    this.#seq = 0;
  }
}
