/**
 * The data converter that worker and client must share: `doku-journeys/encryption`.
 *
 * @module
 */
import path from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { ROOMS_FOLDER } from '../rooms-folder.js';
import { EncryptingPayloadCodec, type PayloadKeys } from './payload-codec.js';

export {
  EncryptingPayloadCodec,
  type PayloadKeys,
  UnknownPayloadKeyError,
  WrongPayloadKeyError,
} from './payload-codec.js';
export { payloadKeysFrom, payloadKeysOf } from './payload-key-settings.js';

/** Encrypts payloads and failures with the given keys. */
export function createDataConverter(keys: PayloadKeys): DataConverter {
  return {
    payloadCodecs: [new EncryptingPayloadCodec(keys)],
    failureConverterPath: path.join(ROOMS_FOLDER, 'worker', 'temporal', 'failure-converter.cjs'),
  };
}
