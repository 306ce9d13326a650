/**
 * The keys that payloads are encrypted with, and what a payload can have against them.
 *
 * @module
 */
import { secretIn } from '../configuration/secret.js';

export const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

export interface PayloadKeys {
  /** Encrypts. Older keys only decrypt, until the last history written with them is gone. */
  readonly activeKeyId: string;
  /** 32 bytes each, by key ID. */
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** Key IDs come with payloads, from whoever wrote them: only such a one is ever quoted. */
export const isKeyId = (text: string) => KEY_ID.test(text);

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

/**
 * Reads keys written as `keyId:base64,keyId:base64,…`; the first one is active unless another is named.
 *
 * @throws RangeError naming the key that is wrong, never its value.
 */
export function payloadKeysOf(text: string, activeKeyId?: string): PayloadKeys {
  const keys = new Map<string, Buffer>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [keyId, encoded] = entry.split(':', 2);
    if (!keyId || !encoded || !isKeyId(keyId)) {
      throw new RangeError('must be written as keyId:base64,keyId:base64,…');
    }
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES) throw new RangeError(`key "${keyId}" must be 32 bytes in Base64`);
    if (keys.has(keyId)) throw new RangeError(`key "${keyId}" is given twice`);
    keys.set(keyId, key);
  }
  const active = activeKeyId ?? keys.keys().next().value ?? '';
  if (!keys.has(active)) throw new RangeError(`the active key "${active}" is not among the keys`);
  return { activeKeyId: active, keys };
}

/**
 * Reads the keys that a worker would: `PAYLOAD_KEYS`, or the file that `PAYLOAD_KEYS_FILE` names, and
 * `PAYLOAD_ACTIVE_KEY_ID`.
 *
 * @throws RangeError naming the variable that is wrong, never its value.
 */
export function payloadKeysFrom(environment: NodeJS.ProcessEnv): PayloadKeys {
  const text = secretIn(environment, 'PAYLOAD_KEYS');
  if (text === undefined) throw new RangeError('PAYLOAD_KEYS: is missing');
  try {
    return payloadKeysOf(text, environment.PAYLOAD_ACTIVE_KEY_ID || undefined);
  } catch (error) {
    throw new RangeError(`PAYLOAD_KEYS: ${(error as Error).message}`);
  }
}
