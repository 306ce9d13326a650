import { randomBytes } from 'node:crypto';
import { Client, type ConnectionLike } from '@temporalio/client';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';

/** A key made up for one run, as `PAYLOAD_KEYS` has it. */
export const newPayloadKey = (id = 'test') => `${id}:${randomBytes(32).toString('base64')}`;

/** A backend's client that encrypts with these keys. */
export const clientWith = (connection: ConnectionLike, payloadKeys: string) =>
  new Client({ connection, dataConverter: createDataConverter(payloadKeysOf(payloadKeys)) });
