import { ActivityFailure, ApplicationFailure, patched } from '@temporalio/workflow';
import type { Grant } from '../../activities/token.js';
import { customerNotBoundError, tokenUnavailableError } from '../../contract/errors.js';
import type { IssuedToken } from '../../contract/merchant-session.js';
import { tokenMarginMs } from '../../contract/token-margin.js';

/** A token this near its end is renewed first, so that no request carries one that dies on the way. */
const RENEW_BEFORE_MS = 60_000;
/** Of tokens that live less than four minutes. More than a worker's share, so that one that is asked for is young enough. */
const RENEW_BEFORE_SHARE = 1 / 4;

/**
 * Keeps the one valid token of a credential and renews it single-flight: DOKU honours only the latest, so
 * two renewals at once would invalidate each other (money rule 9).
 */
export class TokenKeeper<G extends Grant> {
  #held: (G & { readonly generation: number }) | undefined;
  #renewal: Promise<void> | undefined;
  /** Changes when what is held is replaced from outside: a renewal that began before is of no use then. */
  #epoch = 0;
  readonly #renew: (held: G | undefined) => Promise<G>;

  /** @param held - the token a previous run of the entity handed over. */
  constructor(
    renew: (held: G | undefined) => Promise<G>,
    held: (G & { readonly generation: number }) | undefined,
  ) {
    this.#renew = renew;
    this.#held = held;
  }

  get held(): (G & { readonly generation: number }) | undefined {
    return this.#held;
  }

  /**
   * @param refusedGeneration - the generation DOKU refused; another one is returned. Late reports of an older
   * generation cause no renewal.
   * @throws ApplicationFailure of type `TokenUnavailable` when DOKU gave none in time.
   */
  async token(refusedGeneration?: number): Promise<IssuedToken> {
    while (!this.#isUsable(refusedGeneration)) {
      const epoch = this.#epoch;
      this.#renewal ??= this.#replace().finally(() => {
        this.#renewal = undefined;
      });
      await this.#renewal;
      if (epoch === this.#epoch) break;
    }
    if (!this.#held)
      throw ApplicationFailure.nonRetryable('no token was issued', tokenUnavailableError.type);
    const { accessToken, generation, expiresAt } = this.#held;
    return { accessToken, generation, expiresAt };
  }

  /** Holds a token that came otherwise than by renewal, such as by a new binding. */
  keep(grant: G): void {
    this.#epoch += 1;
    this.#hold(grant);
  }

  #hold(grant: G): void {
    // The clock rather than a count: an entity that starts anew never issues a number twice.
    const generation = Math.max((this.#held?.generation ?? 0) + 1, Date.now());
    this.#held = { ...grant, generation };
  }

  #isUsable(refusedGeneration: number | undefined): boolean {
    if (!this.#held || this.#held.generation === refusedGeneration) return false;
    return Date.parse(this.#held.expiresAt) - Date.now() > marginMs(this.#held);
  }

  async #replace(): Promise<void> {
    const epoch = this.#epoch;
    try {
      const grant = await this.#renew(this.#held);
      if (epoch === this.#epoch) this.#hold(grant);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      if (epoch !== this.#epoch) return;
      const cause = error.cause;
      throw ApplicationFailure.nonRetryable(
        cause?.message ?? 'DOKU issued no token',
        cause instanceof ApplicationFailure && cause.type === customerNotBoundError.type
          ? cause.type
          : tokenUnavailableError.type,
      );
    }
  }
}

function marginMs(held: Pick<IssuedToken, 'generation' | 'expiresAt'>): number {
  const scaledMs = tokenMarginMs(held, RENEW_BEFORE_MS, RENEW_BEFORE_SHARE);
  // Entities that began before this patch renewed a short token for every call.
  return scaledMs === RENEW_BEFORE_MS || patched('margin-by-lifetime') ? scaledMs : RENEW_BEFORE_MS;
}
