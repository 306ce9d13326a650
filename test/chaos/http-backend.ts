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
  constructor({ error, detail }: ProblemBody) {
    super(detail);
    this.name = `${error}Error`;
  }
}

/** How long one question is held. */
const WAIT_SECONDS = 20;
const BETWEEN_MS = 200;

interface Ended<Result> {
  readonly result?: Result | undefined;
}

export class HttpBackend {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The journeys that an order's backend starts and asks, over HTTP; all else as it was. */
  over(journeys: DokuJourneys): DokuJourneys {
    return Object.assign(Object.create(journeys), {
      purchase: this.#over(journeys.purchase, this.#purchases()),
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
      redirect: ({ partnerReferenceNo, ...order }) =>
        this.#ask('PUT', at(partnerReferenceNo), order),
      status: (number) => this.#ask('GET', at(number)),
      result: (number) => this.#resultAt(at(number)),
      acknowledge: (number) => this.#ask('POST', `${at(number)}/acknowledge`),
      cancel: (number, reason) => this.#ask('POST', `${at(number)}/cancel`, { reason }),
      customerReturned: (number, rawQuery) =>
        this.#ask('POST', `${at(number)}/customer-returned`, rawQuery ? { rawQuery } : undefined),
    };
  }

  async #resultAt<Result>(path: string): Promise<Result> {
    for (;;) {
      const { result } = await this.#ask<Ended<Result>>('GET', `${path}?wait=${WAIT_SECONDS}s`);
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
