/**
 * The data converter that worker and client must share: `doku-journeys/encryption`.
 *
 * @module
 */
import path from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { secretIn } from '../configuration/secret.js';
import { ROOMS_FOLDER } from '../rooms-folder.js';
import { EncryptingPayloadCodec, type PayloadKeys } from './payload-codec.js';

export {
  EncryptingPayloadCodec,
  type PayloadKeys,
  UnknownPayloadKeyError,
  WrongPayloadKeyError,
} from './payload-codec.js';

/** Encrypts payloads and failures with the given keys. */
export function createDataConverter(keys: PayloadKeys): DataConverter {
  return {
    payloadCodecs: [new EncryptingPayloadCodec(keys)],
    failureConverterPath: path.join(ROOMS_FOLDER, 'worker', 'temporal', 'failure-converter.cjs'),
  };
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
    if (!keyId || !encoded || !/^[A-Za-z0-9._-]{1,64}$/.test(keyId)) {
      throw new RangeError('must be written as keyId:base64,keyId:base64,…');
    }
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== 32) throw new RangeError(`key "${keyId}" must be 32 bytes in Base64`);
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
