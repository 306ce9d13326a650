/**
 * A merchant's backend without a Temporal SDK: the same calls, over the gateway.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { DokuJourneys } from '../../client/index.js';
import type { ProblemBody } from '../../gateway/problems/problem.js';

/** What the gateway says in the name of the error that the client throws for it. */
class GatewayError extends Error {
  readonly isWorthAgain: boolean;

  constructor({ error, detail, retryable }: ProblemBody) {
    super(detail);
    this.isWorthAgain = retryable;
    this.name = `${error}Error`;
  }
}

/** How long one question is held. */
const WAIT_SECONDS = 20;
const BETWEEN_MS = 200;

interface Ended<Result> {
  readonly result?: Result | undefined;
  /** Where the customer is shown one thing after another, the last is the end. */
  readonly next?: { readonly result?: Result | undefined };
}

export class HttpBackend {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** What a backend starts, asks and says, over HTTP; what operators do stays as it was. */
  over(journeys: DokuJourneys): DokuJourneys {
    const { purchase, refund, topUp, bankTransfer, authorizedPurchase } = journeys;
    return Object.assign(Object.create(journeys), {
      purchase: this.#over(purchase, this.#purchases()),
      refund: this.#over(refund, this.#refunds()),
      topUp: this.#over(topUp, this.#topUps()),
      bankTransfer: this.#over(bankTransfer, this.#bankTransfers()),
      authorizedPurchase: this.#over(authorizedPurchase, this.#authorizedPurchases()),
      openAccount: this.#over(journeys.openAccount, this.#openings()),
      closeAccount: this.#over(journeys.closeAccount, this.#closings()),
    }) as DokuJourneys;
  }

  /** An object's own methods, some of them others. */
  #over<Journey extends object>(journey: Journey, methods: Partial<Journey>): Journey {
    const bound = new Proxy(journey, {
      get: (target, name) => {
        const own = methods[name as keyof Journey] ?? target[name as keyof Journey];
        return typeof own === 'function' && !(name in methods) ? own.bind(target) : own;
      },
    });
    return bound;
  }

  #purchases(): Partial<DokuJourneys['purchase']> {
    const at = (number: string) => `purchases/${encodeURIComponent(number)}`;
    return {
      ...this.#followed(at),
      redirect: ({ partnerReferenceNo, ...order }) =>
        this.#ask('PUT', at(partnerReferenceNo), order),
      acknowledge: (number) => this.#ask('POST', `${at(number)}/acknowledge`),
      cancel: (number, reason) => this.#ask('POST', `${at(number)}/cancel`, { reason }),
      customerReturned: (number, rawQuery) =>
        this.#ask('POST', `${at(number)}/customer-returned`, rawQuery ? { rawQuery } : undefined),
    };
  }

  #refunds(): Partial<DokuJourneys['refund']> {
    const at = (number: string) => `refunds/${encodeURIComponent(number)}`;
    return {
      ...this.#followed(at),
      start: ({ partnerRefundNo, ...refund }) => this.#ask('PUT', at(partnerRefundNo), refund),
    };
  }

  #topUps(): Partial<DokuJourneys['topUp']> {
    const at = (number: string) => `top-ups/${encodeURIComponent(number)}`;
    return {
      ...this.#followed(at),
      start: ({ partnerReferenceNo, ...topUp }) => this.#ask('PUT', at(partnerReferenceNo), topUp),
    };
  }

  #bankTransfers(): Partial<DokuJourneys['bankTransfer']> {
    const at = (number: string) => `bank-transfers/${encodeURIComponent(number)}`;
    return {
      ...this.#followed(at),
      beneficiary: ({ partnerReferenceNo, ...transfer }) =>
        this.#ask('PUT', at(partnerReferenceNo), transfer),
      confirm: (number, beneficiaryAccountName) =>
        this.#ask('POST', `${at(number)}/confirm`, { beneficiaryAccountName }),
      abandon: (number) => this.#ask('POST', `${at(number)}/abandon`),
    };
  }

  #authorizedPurchases(): Partial<DokuJourneys['authorizedPurchase']> {
    const at = (number: string) => `authorized-purchases/${encodeURIComponent(number)}`;
    return {
      ...this.#followed(at),
      authorize: ({ partnerReferenceNo, ...order }) =>
        this.#ask('PUT', at(partnerReferenceNo), order),
      capture: (number, capture) => this.#ask('POST', `${at(number)}/capture`, capture),
      void: (number, rest) => this.#ask('POST', `${at(number)}/void`, rest),
    };
  }

  #openings(): Partial<DokuJourneys['openAccount']> {
    const at = ({ customerId, reference }: { customerId: string; reference: string }) =>
      `customers/${encodeURIComponent(customerId)}/openings/${encodeURIComponent(reference)}`;
    return {
      ...this.#followed(at),
      start: ({ customerId, reference, ...opening }) =>
        this.#ask('PUT', at({ customerId, reference }), opening),
      submitOtp: (key, otp) => this.#ask('POST', `${at(key)}/submit-otp`, { otp }),
      resendOtp: (key) => this.#ask('POST', `${at(key)}/resend-otp`),
      returned: (key, rawQuery) => this.#ask('POST', `${at(key)}/returned`, { rawQuery }),
    };
  }

  #closings(): Partial<DokuJourneys['closeAccount']> {
    const at = ({ customerId, reference }: { customerId: string; reference: string }) =>
      `customers/${encodeURIComponent(customerId)}/closings/${encodeURIComponent(reference)}`;
    return {
      ...this.#followed(at),
      start: ({ customerId, reference, ...closing }) =>
        this.#ask('PUT', at({ customerId, reference }), closing),
      submitOtp: (key, otp) => this.#ask('POST', `${at(key)}/submit-otp`, { otp }),
      resendOtp: (key) => this.#ask('POST', `${at(key)}/resend-otp`),
    };
  }

  /** Where a journey stands, and its result once it has ended. */
  #followed<Key>(at: (key: Key) => string) {
    return {
      // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own view is
      status: (key: Key): Promise<any> => this.#ask('GET', at(key)),
      // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own result is
      result: (key: Key): Promise<any> => this.#resultAt(at(key)),
    };
  }

  async #resultAt<Result>(path: string): Promise<Result> {
    for (;;) {
      const view = await this.#ask<Ended<Result>>('GET', `${path}?wait=${WAIT_SECONDS}s`);
      const result = view.result ?? view.next?.result;
      if (result !== undefined) return result;
      await setTimeout(BETWEEN_MS);
    }
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.#url}/v1/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    if (answer.status === 204) return undefined as Answer;
    const said = (await answer.json()) as Answer;
    if (!answer.ok) throw new GatewayError(said as ProblemBody);
    return said;
  }
}
