import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { AuditEntry } from '../../worker/doors/codec/audit.js';
import { machineTokenAuthentication } from '../../worker/doors/codec/machine-token.js';
import { payloadsIn, toJson } from '../../worker/doors/codec/payloads.js';
import { type CodecServerOptions, startCodecServer } from '../../worker/doors/codec/server.js';
import { EncryptingPayloadCodec, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { newPayloadKey } from './payload-keys.js';

export const MACHINE_TOKEN = 'a-token-for-one-machine-of-42-characters--';
export const UI_ORIGIN = 'https://temporal.example';

type JsonPayload = ReturnType<typeof toJson>;

export interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as it is; without it `payloads`. */
  readonly body?: string;
  readonly payloads?: readonly JsonPayload[];
}

/** A codec on a port of its own, and what it wrote into its audit. */
export async function startCodecDoor(options: Partial<CodecServerOptions> = {}) {
  const codec = new EncryptingPayloadCodec(payloadKeysOf(newPayloadKey('k1')));
  const audited: AuditEntry[] = [];
  const server = await startCodecServer({
    host: '127.0.0.1',
    port: 0,
    codec,
    allowedOrigins: [UI_ORIGIN],
    authenticate: machineTokenAuthentication(MACHINE_TOKEN, false),
    audit: (entry) => audited.push(entry),
    ...options,
  });
  return {
    ...server,
    audited,
    encrypted: async (...values: unknown[]) =>
      (await codec.encode(values.map(payloadOf))).map(toJson),
    ask: async ({
      path = '/decode',
      method = 'POST',
      headers = {},
      body,
      payloads = [],
    }: Asked) => {
      const text = body ?? JSON.stringify({ payloads });
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body: text }),
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
  };
}

export type CodecDoor = Awaited<ReturnType<typeof startCodecDoor>>;

export const bearer = (token = MACHINE_TOKEN) => ({ authorization: `Bearer ${token}` });

function payloadOf(value: unknown): Payload {
  const payload = defaultPayloadConverter.toPayload(value);
  if (!payload) throw new Error('this is no value');
  return payload;
}

/** The values that an answer of the codec holds. */
export const valuesIn = (text: string): unknown[] =>
  payloadsIn(JSON.parse(text)).map((payload) => defaultPayloadConverter.fromPayload(payload));
