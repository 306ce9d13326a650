/**
 * Whether DOKU takes the merchant's credentials, as far as this process has heard since its start.
 *
 * @module
 */
import type { ExchangeReport } from '../../activities/snap/exchange-report.js';

/** What signs a call, by the variables that hold it. */
type Credential = 'DOKU_PRIVATE_KEY' | 'DOKU_CLIENT_SECRET';

export class Acceptance {
  readonly #accepted = new Set<Credential>();
  readonly #refused = new Set<Credential>();

  /** To be told of each call to DOKU. */
  heard({ operation, outcome, detail }: ExchangeReport): void {
    const credential = operation.startsWith('token') ? 'DOKU_PRIVATE_KEY' : 'DOKU_CLIENT_SECRET';
    if (outcome === 'succeeded' || outcome === 'pending') this.#accepted.add(credential);
    if (outcome === 'unauthorized' && detail === 'signature') this.#refused.add(credential);
  }

  /** Those that DOKU has refused, and never accepted since the start; none where none was tried. */
  neverAccepted(): string[] {
    return [...this.#refused].filter((credential) => !this.#accepted.has(credential));
  }
}
