/**
 * What genuine requests have this worker do, each once: whoever captured one has nothing done by sending it again.
 *
 * @module
 */
import { filedReference } from '../../../activities/reconciliation/odd-reference.js';
import type { SafeLogger } from '../../logger.js';
import type { Notification } from './checks.js';
import { Memory } from './memory.js';
import { NOTIFY, NotificationRefusal } from './refusal.js';
import type { NotificationTokens } from './token.js';
import type { Nudged } from './work.js';

/** Deliveries whose answer is remembered. */
const REMEMBERED = 10_000;
/** Work that waits for Temporal; beyond it DOKU is asked to come again. */
const MOST_WAITING = 1_000;

export interface DeliveriesOptions {
  readonly act: (notification: Notification) => Promise<Nudged>;
  /** Rejects where more genuine ones come than are taken. */
  readonly admit: () => Promise<void>;
  readonly logger: SafeLogger;
}

/** What news has Temporal do. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #begun = new Memory<Promise<void>>(REMEMBERED);
  readonly #waiting = new Set<Promise<void>>();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /**
   * Returns once Temporal holds what there is to do. What DOKU signed is done once, under whatever name it comes; so is the
   * same body under the same name, which is how DOKU delivers again. A name alone proves nothing, as DOKU does not sign it.
   *
   * @throws NotificationRefusal when there is too much to do.
   * @throws whatever acting throws: then it is forgotten, and done when DOKU comes again.
   */
  async take(notification: Notification): Promise<void> {
    const names = [notification.digest, notification.delivery];
    for (const name of names) {
      const begun = this.#begun.get(name);
      if (begun) return begun;
    }
    const acting = this.#act(notification);
    for (const name of names) this.#begun.set(name, acting);
    this.#waiting.add(acting);
    try {
      await acting;
    } catch (error) {
      for (const name of names) this.#begun.delete(name);
      throw error;
    } finally {
      this.#waiting.delete(acting);
    }
  }

  async done(): Promise<void> {
    await Promise.allSettled(this.#waiting);
  }

  async #act(notification: Notification): Promise<void> {
    const { act, admit, logger } = this.#options;
    if (this.#waiting.size >= MOST_WAITING)
      throw new NotificationRefusal('limit', 429, NOTIFY, '00', 'Too Many Requests', 60);
    await admit();
    const { latestTransactionStatus } = notification;
    const became = await act(notification);
    // A reference that is not of our form may be a person's.
    const { partnerReferenceNo } = await filedReference(notification.partnerReferenceNo);
    logger.info({ partnerReferenceNo, latestTransactionStatus, became }, 'DOKU notified');
  }
}

interface GivenToken {
  readonly accessToken: string;
  /** Seconds that it still lasts. */
  readonly expiresIn: number;
}

/** The tokens that were given: a captured request for one brings the same again, and costs no signature. */
export class GivenTokens {
  readonly #tokens: NotificationTokens;
  readonly #admit: () => Promise<void>;
  readonly #given = new Memory<{ readonly token: Promise<string>; readonly at: number }>(1_000);

  constructor(tokens: NotificationTokens, admit: () => Promise<void>) {
    this.#tokens = tokens;
    this.#admit = admit;
  }

  /** @throws NotificationRefusal where more genuine ones come than are taken. */
  async give(digest: string): Promise<GivenToken> {
    const { lifetime } = this.#tokens;
    const given = this.#given.get(digest);
    const age = given ? Math.floor((performance.now() - given.at) / 1_000) : Infinity;
    if (given && age < lifetime / 2)
      return { accessToken: await given.token, expiresIn: lifetime - age };
    const token = this.#admit().then(() => this.#tokens.issue());
    this.#given.set(digest, { token, at: performance.now() });
    try {
      return { accessToken: await token, expiresIn: lifetime };
    } catch (error) {
      this.#given.delete(digest);
      throw error;
    }
  }
}
