import type { DBOSSerializer } from '@dbos-inc/dbos-sdk';
import proto from '@temporalio/proto';
import { EncryptingPayloadCodec, type PayloadKeys } from '../../../worker/temporal/encryption.js';

const { Payload } = proto.temporal.api.common.v1;

/** Encrypts what DBOS writes to its database with the cipher and the keys that Temporal's payloads get. */
export function createEncryptingSerializer(keys: PayloadKeys): DBOSSerializer {
  const codec = new EncryptingPayloadCodec(keys);
  return {
    name: () => 'encrypted-json',
    stringify: async (value) => {
      const data = Buffer.from(JSON.stringify(value) ?? 'null');
      const [encrypted] = await codec.encode([{ data }]);
      return Buffer.from(Payload.encode(encrypted ?? {}).finish()).toString('base64');
    },
    parse: async (text) => {
      if (text === null || text === undefined) return null;
      const [plain] = await codec.decode([Payload.decode(Buffer.from(text, 'base64'))]);
      return JSON.parse(Buffer.from(plain?.data ?? []).toString('utf8'));
    },
  };
}
