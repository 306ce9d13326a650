import { Client, Connection } from '@temporalio/client';
import type { AuditEntry } from '../../gateway/access/audit.js';
import { type KeyEntry, keyAuthentication, newKey } from '../../gateway/access/keys.js';
import { SCOPES, type Scope } from '../../gateway/access/scopes.js';
import { type GatewayOptions, startGateway } from '../../gateway/server.js';
import { createLogger } from '../../worker/logger.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { newPayloadKey } from './payload-keys.js';

/** What a request brought. */
export interface Said<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Sent {
  readonly body?: unknown;
  /** As it is, in place of JSON of `body`. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly key?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** Of a Temporal that is not there: whatever gets past the door is told so. */
export const lostClient = () =>
  new Client({
    connection: Connection.lazy({ address: '127.0.0.1:1' }),
    dataConverter: createDataConverter(payloadKeysOf(newPayloadKey())),
  });

/** A gateway on a port of its own, a key that may do all, and what it wrote into its audit. */
export async function startGatewayDoor(client: Client, options: Partial<GatewayOptions> = {}) {
  const entries: KeyEntry[] = [];
  const audited: AuditEntry[] = [];
  const keyOf = (id: string, scopes: readonly Scope[], more: { expiresAt?: string } = {}) => {
    const { key, entry } = newKey({ id, scopes: [...scopes], ...more });
    entries.push(entry);
    return key;
  };
  const key = keyOf('shop', SCOPES);
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    client,
    authenticate: keyAuthentication(() => entries),
    audit: (entry) => audited.push(entry),
    logger: createLogger({ level: 'silent' }),
    ...options,
  });
  const ask = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    { body, text, key: own = key, headers = {} }: Sent = {},
  ): Promise<Said<Body>> => {
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        ...(own && { authorization: `Bearer ${own}` }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    });
    const said = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      headers: answer.headers,
      body: (isJson ? JSON.parse(said) : said) as Body,
    };
  };
  return { ...gateway, key, keyOf, entries, audited, ask };
}

export type GatewayDoor = Awaited<ReturnType<typeof startGatewayDoor>>;
