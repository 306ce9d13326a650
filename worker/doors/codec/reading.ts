/**
 * Payloads as somebody may read them: decrypted, and without what is not theirs to see.
 *
 * @module
 */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { Redaction } from './redaction.js';
import { CodecRefusal } from './refusal.js';
import { HIDDEN } from './text.js';

/** Temporal's own, which nobody encrypted: its search attributes, and what Temporal itself writes. */
const PLAIN = new Set([
  'binary/null',
  'binary/plain',
  'binary/protobuf',
  'json/plain',
  'json/protobuf',
]);

const TEMPORALS_NAMES = new Set(['encoding', 'messageType']);

export interface ReadingOptions {
  readonly codec: Pick<PayloadCodec, 'decode'>;
  readonly mayReadPersonalData: boolean;
}

/** @throws CodecRefusal 400 for a payload that cannot be decrypted, by its place. */
export async function readablePayloads(
  payloads: readonly Payload[],
  options: ReadingOptions,
): Promise<Payload[]> {
  const redaction = new Redaction(options.mayReadPersonalData);
  const readable: Payload[] = [];
  for (const [index, payload] of payloads.entries()) {
    const plain = PLAIN.has(encodingOf(payload))
      ? payload
      : await decrypted(payload, options.codec);
    if (plain === undefined || !PLAIN.has(encodingOf(plain)))
      throw new CodecRefusal(400, `payloads.${index}: cannot be decrypted`);
    readable.push(shown(plain, redaction));
  }
  return readable;
}

async function decrypted(
  payload: Payload,
  codec: ReadingOptions['codec'],
): Promise<Payload | undefined> {
  try {
    const [plain] = await codec.decode([payload]);
    return plain && { ...plain, metadata: temporalsOwn(plain.metadata ?? {}) };
  } catch {
    // Of an unknown key, of another workflow, damaged: whoever asked learns no more.
    return undefined;
  }
}

/** Temporal's tools write a payload out in full once its metadata says anything that they do not know. */
const temporalsOwn = (metadata: NonNullable<Payload['metadata']>) =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => TEMPORALS_NAMES.has(name)));

function shown(payload: Payload, redaction: Redaction): Payload {
  const encoding = encodingOf(payload);
  if (encoding === 'binary/null') return payload;
  if (!encoding.startsWith('json/')) return jsonPayload(HIDDEN);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload.data ?? []).toString('utf8'));
  } catch {
    return jsonPayload(HIDDEN);
  }
  const data = Buffer.from(JSON.stringify(redaction.of(value)));
  return { ...payload, data };
}

const jsonPayload = (value: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});

const encodingOf = ({ metadata }: Payload) =>
  Buffer.from(metadata?.encoding ?? []).toString('utf8');
