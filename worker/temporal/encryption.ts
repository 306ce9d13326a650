/**
 * The data converter that worker and client must share: `doku-journeys/encryption`.
 *
 * @module
 */
import path from 'node:path';
import {
  type DataConverter,
  DefaultFailureConverter,
  defaultPayloadConverter,
  type LoadedDataConverter,
} from '@temporalio/common';
import { ROOMS_FOLDER } from '../rooms-folder.js';
import { type CodecOptions, EncryptingPayloadCodec } from './payload-codec.js';
import type { PayloadKeys } from './payload-keys.js';

export { EncryptingPayloadCodec, RefusedPayloadError } from './payload-codec.js';
export { payloadKeysFrom, payloadKeysOf } from './payload-key-settings.js';
export {
  type PayloadKeys,
  UnknownPayloadKeyError,
  WrongPayloadKeyError,
} from './payload-keys.js';
export type { PayloadPlace } from './payload-place.js';
export { type PlainPayloads, plainPayloadsFrom } from './plain-payloads.js';

/**
 * Encrypts payloads and failures with the given keys, each for the workflow that it is for, and refuses those that are not
 * encrypted.
 */
export function createDataConverter(
  keys: PayloadKeys,
  options: Pick<CodecOptions, 'plain' | 'now'> = {},
): DataConverter & LoadedDataConverter {
  return {
    payloadCodecs: [new EncryptingPayloadCodec(keys, options)],
    // A client takes these as they are: bundled into a backend's one file, it has no other file to load.
    payloadConverter: defaultPayloadConverter,
    failureConverter: new DefaultFailureConverter({ encodeCommonAttributes: true }),
    // A worker loads this, into its process and into its workflows.
    failureConverterPath: path.join(ROOMS_FOLDER, 'worker', 'temporal', 'failure-converter.cjs'),
  };
}

/** The same for whoever tells of events: journeys learn by what it writes that there is a receiver. */
export function tellingDataConverter(dataConverter: DataConverter): DataConverter {
  return {
    ...dataConverter,
    payloadCodecs: (dataConverter.payloadCodecs ?? []).map(EncryptingPayloadCodec.forTeller),
  };
}

/** The same for a worker, whose workflows turn away by themselves what is refused. */
export function workerDataConverter(dataConverter: DataConverter): DataConverter {
  return {
    ...dataConverter,
    payloadCodecs: (dataConverter.payloadCodecs ?? []).map(EncryptingPayloadCodec.forWorker),
  };
}
