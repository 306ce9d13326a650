/**
 * The token of one machine: whoever has it may read.
 *
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authenticate, Reader } from './reader.js';
import { CodecRefusal } from './refusal.js';

const digestOf = (text: string) => createHash('sha256').update(text).digest();

export function machineTokenAuthentication(
  token: string,
  mayReadPersonalData: boolean,
): Authenticate {
  const expected = digestOf(token);
  const reader: Reader = { who: 'CODEC_TOKEN', mayReadPersonalData };
  return async (given) => {
    // Digests have one length, and take one time to compare.
    if (timingSafeEqual(digestOf(given), expected)) return reader;
    throw new CodecRefusal(401, 'the token is not valid');
  };
}
