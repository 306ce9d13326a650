/**
 * The payload keys as settings: `PAYLOAD_KEYS`, or a file of them, and `PAYLOAD_ACTIVE_KEY_ID`.
 *
 * @module
 */
import { mistakeAround } from '../../activities/snap/credential-text.js';
import { InvalidSettingError } from '../../client/errors.js';
import { secretIn } from '../configuration/secret.js';
import { isAllZero, isKeyId, type PayloadKeys } from './payload-keys.js';

/** 32 bytes, in the usual alphabet of Base64 or that of URLs. */
const KEY = /^[A-Za-z0-9+/_-]{43}=?$/;
const HEXADECIMAL_KEY = /^[0-9a-f]{64}$/i;

const FORM = 'must be written as keyId:base64,keyId:base64,…';
const MAKE_ONE = 'make one with "openssl rand -base64 32"';

/**
 * Reads keys written as `keyId:base64,keyId:base64,…`; the first one is active unless another is named.
 *
 * @throws RangeError naming the key that is wrong, never its value.
 */
export function payloadKeysOf(text: string, activeKeyId?: string): PayloadKeys {
  const around = mistakeAround(text);
  if (around !== undefined) throw new RangeError(around);
  const keys = new Map<string, Buffer>();
  for (const [index, entry] of text.split(',').entries()) {
    const [keyId, key] = keyIn(entry.trim(), index + 1);
    if (keys.has(keyId)) throw new RangeError(`key ${index + 1} has the ID of another`);
    // The rotation that an operator believes in would be none.
    if ([...keys.values()].some((other) => other.equals(key)))
      throw new RangeError(`key ${index + 1} is another one once more, under another ID`);
    keys.set(keyId, key);
  }
  const active = activeKeyId ?? keys.keys().next().value ?? '';
  if (!keys.has(active)) throw new RangeError('the active key is not among the keys');
  return { activeKeyId: active, keys };
}

/**
 * Reads the keys that a worker would: `PAYLOAD_KEYS`, or the file that `PAYLOAD_KEYS_FILE` names, and
 * `PAYLOAD_ACTIVE_KEY_ID`.
 *
 * @throws InvalidSettingError naming the variable that is wrong, never its value.
 */
export function payloadKeysFrom(environment: NodeJS.ProcessEnv): PayloadKeys {
  const text = setting(() => secretIn(environment, 'PAYLOAD_KEYS'));
  if (text === undefined)
    throw new InvalidSettingError(
      'PAYLOAD_KEYS: is missing: set it, or PAYLOAD_KEYS_FILE, to the keys that the workers have; for those of "npm start" or "npm run site" load .local/dev.env into this shell',
    );
  const keys = setting(() => payloadKeysOf(text), 'PAYLOAD_KEYS: ');
  const active = environment.PAYLOAD_ACTIVE_KEY_ID;
  return active ? setting(() => payloadKeysOf(text, active), 'PAYLOAD_ACTIVE_KEY_ID: ') : keys;
}

function setting<Value>(read: () => Value, before = ''): Value {
  try {
    return read();
  } catch (error) {
    throw new InvalidSettingError(`${before}${(error as Error).message}`);
  }
}

function keyIn(entry: string, place: number): [keyId: string, key: Buffer] {
  const parts = entry.split(':');
  const [keyId = '', encoded = ''] = parts;
  if (isKey(keyId) && encoded !== '' && !isKey(encoded))
    throw new RangeError(`key ${place} is written the wrong way round: its ID comes first`);
  if (parts.length !== 2 || !isKeyId(keyId) || encoded === '') throw new RangeError(FORM);
  // What is longer than what follows it may be the key, or a part of it.
  const isId = mayBeShown(keyId) && keyId.length < encoded.length;
  const name = isId ? `key "${keyId}"` : `key ${place}`;
  if (HEXADECIMAL_KEY.test(encoded))
    throw new RangeError(`${name} is written in hexadecimal: write its 32 bytes in Base64`);
  if (!KEY.test(encoded)) throw new RangeError(`${name} must be 32 bytes in Base64: ${MAKE_ONE}`);
  const key = Buffer.from(encoded, 'base64');
  if (isAllZero(key))
    throw new RangeError(`${name} is all zeros, which anybody knows: ${MAKE_ONE}`);
  return [keyId, key];
}

/** Whether it is no secret key: those are longer. */
const mayBeShown = (keyId: string) => isKeyId(keyId) && keyId.length <= 24;

const isKey = (text: string) => KEY.test(text) || HEXADECIMAL_KEY.test(text);
