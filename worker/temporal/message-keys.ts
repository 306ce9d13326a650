import { hkdfSync, randomBytes } from 'node:crypto';

/** Of a salt: two of the same would come once in 2^64. */
export const SALT_BYTES = 16;
const KEY_BYTES = 32;
const PURPOSE = 'doku-journeys payload';
/** Far below the 2^32 that random initialization vectors allow a key of AES-GCM (NIST SP 800-38D, 8.3). */
const PAYLOADS_A_SALT = 4_096;
/** Of other processes, and of histories; each costs as much to derive as a payload to decrypt. */
const MOST_KEPT = 1_000;

/** A key that encrypts payloads, and the salt by which whoever has the payload key derives it again. */
export interface MessageKey {
  readonly salt: Buffer;
  readonly key: Buffer;
}

/**
 * Keys derived from one payload key by random salts (HKDF with SHA-256, RFC 5869), so that no key of AES-GCM ever serves
 * more payloads than it may, however long the payload key is in use.
 */
export class MessageKeys {
  readonly #payloadKey: Buffer;
  readonly #kept = new Map<string, Buffer>();
  #current: MessageKey | undefined;
  #written = 0;

  constructor(payloadKey: Buffer) {
    this.#payloadKey = payloadKey;
  }

  /** What the next payload is encrypted with. */
  next(): MessageKey {
    this.#written += 1;
    if (this.#current === undefined || this.#written > PAYLOADS_A_SALT) {
      const salt = randomBytes(SALT_BYTES);
      this.#current = { salt, key: this.of(salt) };
      this.#written = 1;
    }
    return this.#current;
  }

  of(salt: Buffer): Buffer {
    const name = salt.toString('latin1');
    const kept = this.#kept.get(name);
    if (kept) return kept;
    const key = Buffer.from(hkdfSync('sha256', this.#payloadKey, salt, PURPOSE, KEY_BYTES));
    // The oldest goes: what is read again soon is derived again once.
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(name, key);
    return key;
  }
}
