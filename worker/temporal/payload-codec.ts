/**
 * Encrypts every payload with AES-256-GCM before it leaves the process (money rule 7).
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface PayloadKeys {
  /** Encrypts. Older keys only decrypt, until the last history written with them is gone. */
  readonly activeKeyId: string;
  /** 32 bytes each, by key ID. */
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** What a key is where nobody ever made one. */
export const isAllZero = (key: Uint8Array): boolean => key.every((byte) => byte === 0);

/** A payload was encrypted with a key that this process does not have. */
export class UnknownPayloadKeyError extends Error {
  override readonly name = 'UnknownPayloadKeyError';
  constructor(readonly keyId: string) {
    super(`no payload key "${keyId}": add it to PAYLOAD_KEYS to read what it encrypted`);
  }
}

/** A payload was encrypted with another key of the same ID, or it is damaged. */
export class WrongPayloadKeyError extends Error {
  override readonly name = 'WrongPayloadKeyError';
  constructor(readonly keyId: string) {
    super(`payload key "${keyId}" does not fit what was encrypted under its ID`);
  }
}

/** Encrypts with the active key, decrypts with any known one. Payloads that are not encrypted pass unchanged. */
export class EncryptingPayloadCodec implements PayloadCodec {
  readonly #keys: PayloadKeys;
  readonly #activeKey: Buffer;

  /** @throws RangeError when the active key is missing, or a key is all zeros or not 32 bytes long. */
  constructor(keys: PayloadKeys) {
    for (const [keyId, key] of keys.keys) {
      if (key.length !== 32) throw new RangeError(`payload key "${keyId}" must be 32 bytes long`);
      if (isAllZero(key)) throw new RangeError(`payload key "${keyId}" must not be all zeros`);
    }
    const active = keys.keys.get(keys.activeKeyId);
    if (!active) throw new RangeError(`the active payload key "${keys.activeKeyId}" is missing`);
    this.#keys = keys;
    this.#activeKey = active;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#encrypted(payload));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) =>
      textOf(payload.metadata?.encoding) === ENCODING ? this.#decrypted(payload) : payload,
    );
  }

  #encrypted(payload: Payload): Payload {
    const { activeKeyId } = this.#keys;
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#activeKey, iv);
    // The key ID is authenticated too: a payload cannot be passed off as another key's.
    cipher.setAAD(Buffer.from(activeKeyId));
    const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return {
      metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(activeKeyId) },
      data,
    };
  }

  #decrypted(payload: Payload): Payload {
    const keyId = textOf(payload.metadata?.[KEY_ID]);
    const key = this.#keys.keys.get(keyId);
    if (!key) throw new UnknownPayloadKeyError(keyId);
    const data = Buffer.from(payload.data ?? []);
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(keyId));
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const plain = decipher.update(data.subarray(IV_BYTES, -TAG_BYTES));
    try {
      // AES-GCM decrypts as it goes; only the end tells whether it may be believed.
      decipher.final();
    } catch {
      throw new WrongPayloadKeyError(keyId);
    }
    return proto.temporal.api.common.v1.Payload.decode(plain);
  }
}

const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('utf8');
