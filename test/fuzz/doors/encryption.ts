import assert from 'node:assert/strict';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import fc from 'fast-check';
import { createDataConverter, payloadKeysOf } from '../../../worker/temporal/encryption.js';
import { doorOf } from '../door.js';
import { oddText, oddValue } from '../texts.js';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const KEYS = `one:${key(1)},two:${key(2)}`;

/** What is read from Temporal, where anybody may have written, and what keys are read from. */
export const encryption = doorOf('encrypted payloads', 10, async () => {
  const [codec] = createDataConverter(payloadKeysOf(KEYS)).payloadCodecs as [PayloadCodec];
  return {
    inputs: fc.record({
      value: oddValue(),
      keyId: fc.option(fc.oneof(fc.constantFrom('two', 'three', ''), oddText), { freq: 3 }),
      length: fc.option(fc.nat(64), { freq: 3 }),
      flip: fc.option(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 255 })), { freq: 2 }),
      keys: oddText,
    }),
    takes: async ({ value, keyId, length, flip, keys }) => {
      assertKeysRead(keys);
      const plain = defaultPayloadConverter.toPayload(value);
      const [genuine] = await codec.encode([plain]);
      assert.ok(genuine?.data && genuine.metadata);
      const data = Buffer.from(genuine.data).subarray(0, length ?? undefined);
      if (flip && data.length > 0)
        data[flip[0] % data.length] = (data[flip[0] % data.length] ?? 0) ^ flip[1];
      const metadata = {
        ...genuine.metadata,
        ...(keyId !== null && { 'encryption-key-id': Buffer.from(keyId) }),
      };
      const decoded = await decodedBy(codec, { metadata, data });
      const isGenuine =
        Buffer.compare(data, genuine.data) === 0 && (keyId === null || keyId === 'one');
      if (isGenuine) assert.deepEqual(decoded?.data, Buffer.from(plain.data ?? []));
      else assert.equal(decoded, undefined, 'a forged payload was read');
    },
  };
});

async function decodedBy(codec: PayloadCodec, payload: Payload) {
  try {
    const [{ data } = {}] = await codec.decode([payload]);
    return { data: Buffer.from(data ?? []) };
  } catch (error) {
    assert.ok(error instanceof Error);
    return undefined;
  }
}

/** Never with a key in what it says. */
function assertKeysRead(text: string): void {
  try {
    payloadKeysOf(`${text}:${key(3)}`);
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    assert.ok(!error.message.includes(key(3)), 'a key is told');
  }
}
