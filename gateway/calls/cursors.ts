/**
 * Proofs that a place in a list is one that the gateway gave. Temporal looks for many seconds at a token that is none of its own.
 *
 * @module
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PayloadKeys } from '../../worker/temporal/encryption.js';

const LENGTH = 22;

export class Cursors {
  readonly #keys: readonly Uint8Array[];

  /** @param keys - so that every gateway takes what another one gave; the first one proves. */
  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys;
  }

  /** Those of gateways with the same payload keys. Without them each process takes its own only. */
  static of(payloadKeys: PayloadKeys | undefined): Cursors {
    if (payloadKeys === undefined) return new Cursors([randomBytes(32)]);
    const { keys, activeKeyId } = payloadKeys;
    const others = [...keys].filter(([id]) => id !== activeKeyId).map(([, key]) => key);
    return new Cursors([keys.get(activeKeyId) ?? randomBytes(32), ...others]);
  }

  proofOf(place: string): string {
    return proofBy(this.#keys[0] ?? new Uint8Array(), place);
  }

  isProven(place: string, proof: string): boolean {
    const given = Buffer.from(proof);
    return this.#keys.some((key) => {
      const own = Buffer.from(proofBy(key, place));
      return own.length === given.length && timingSafeEqual(own, given);
    });
  }
}

const proofBy = (key: Uint8Array, place: string) =>
  createHmac('sha256', key).update(`cursor\n${place}`).digest('base64url').slice(0, LENGTH);
