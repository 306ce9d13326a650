import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { CallTokens } from '../setting.js';
import type { Activities } from './activities.js';
import { UNAUTHORIZED } from './unauthorized.js';

const { getB2BToken, getCustomerToken } = proxyActivities<Activities>({
  startToCloseTimeout: '20 seconds',
});

/** The tokens of one purchase, as its workflow holds them. */
export class PurchaseTokens {
  readonly #customerId: string;
  #held: CallTokens | undefined;

  constructor(customerId: string) {
    this.#customerId = customerId;
  }

  /** Calls with tokens, fetched where they are missing, and once more after DOKU refused one. */
  async callWith<T>(call: (tokens: CallTokens) => Promise<T>): Promise<T> {
    const tokens = this.#held ?? (await this.#fetched());
    this.#held = tokens;
    try {
      return await call(tokens);
    } catch (error) {
      const refused = refusedIn(error);
      if (refused === undefined) throw error;
      this.#held = await this.#renewed(tokens, refused);
      return call(this.#held);
    }
  }

  async #fetched(): Promise<CallTokens> {
    const [b2b, customer] = await Promise.all([getB2BToken(), getCustomerToken(this.#customerId)]);
    return { b2b, customer };
  }

  async #renewed(tokens: CallTokens, refused: string): Promise<CallTokens> {
    const { b2b, customer } = tokens;
    return refused === 'b2b-token'
      ? { ...tokens, b2b: await getB2BToken(b2b.generation) }
      : { ...tokens, customer: await getCustomerToken(this.#customerId, customer.generation) };
  }
}

/** Which token DOKU refused, if that is why the call failed. */
function refusedIn(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  return cause instanceof ApplicationFailure && cause.type === UNAUTHORIZED
    ? String(cause.details?.[0])
    : undefined;
}
