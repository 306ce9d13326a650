import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { asymmetricSignature, symmetricSignature } from '../../activities/snap/index.js';
import type {
  Notification,
  NotificationIdentity,
} from '../../worker/doors/notifications/checks.js';
import {
  type NotificationOptions,
  startNotificationServer,
} from '../../worker/doors/notifications/door.js';
import type { Check } from '../../worker/doors/notifications/refusal.js';
import { notificationTokens } from '../../worker/doors/notifications/token.js';
import { createLogger } from '../../worker/logger.js';
import { rsaPair } from './key-pairs.js';

export const CLIENT_ID = 'BRN-0001';
export const CLIENT_SECRET = 'SK-test';
export const TOKEN_PATH = '/authorization/v1/access-token/b2b';
export const NOTIFY_PATH = '/v1.0/debit/notify';
export const DOKU_KEYS = rsaPair();
export const MERCHANT_KEYS = rsaPair();

export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly json: Record<string, unknown>;
  readonly headers: http.IncomingHttpHeaders;
}

/** What a test makes otherwise than DOKU would. */
export interface Otherwise {
  readonly token?: string;
  readonly timestamp?: string;
  readonly clientSecret?: string;
  readonly privateKey?: string;
  /** The path in the request line. */
  readonly path?: string;
  readonly signedPath?: string;
  /** What is sent, where that is not what is signed. */
  readonly sent?: string | Uint8Array;
  /** In place of those of the same names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Beside them: a name may come twice. */
  readonly more?: readonly (readonly [string, string])[];
}

/** The entry for notifications, and DOKU before it. */
export async function openDoor(overrides: Partial<NotificationOptions> = {}) {
  const acted: Notification[] = [];
  const checks: Check[] = [];
  const lines: Record<string, unknown>[] = [];
  const identity: NotificationIdentity = {
    clientId: CLIENT_ID,
    clientSecrets: [CLIENT_SECRET],
    dokuPublicKeys: [DOKU_KEYS.publicKey],
    tokens: notificationTokens({ clientId: CLIENT_ID, privateKey: MERCHANT_KEYS.privateKey }),
  };
  const server = await startNotificationServer({
    host: '127.0.0.1',
    port: 0,
    path: NOTIFY_PATH,
    tokenPath: TOKEN_PATH,
    requestsASecond: 1_000,
    act: async (notification) => {
      acted.push(notification);
      return 'nudged';
    },
    count: (check) => checks.push(check),
    logger: createLogger({
      level: 'info',
      destination: { write: (line) => void lines.push(JSON.parse(line)) },
    }),
    identity,
    ...overrides,
  });
  const { port } = new URL(server.url);

  const post = (
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | Uint8Array,
    more: readonly (readonly [string, string])[] = [],
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const all = {
        host: `127.0.0.1:${port}`,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      };
      const request = http.request({
        port,
        path,
        method: 'POST',
        agent: false,
        headers: [...Object.entries(all), ...more].flat() as unknown as http.OutgoingHttpHeaders,
      });
      request.on('error', reject);
      request.on('response', async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const json = JSON.parse(Buffer.concat(chunks).toString() || '{}');
        const { statusCode: status = 0 } = response;
        resolve({ status, code: json.responseCode, json, headers: response.headers });
      });
      request.end(body);
    });

  const askToken = (otherwise: Otherwise = {}) => {
    const timestamp = otherwise.timestamp ?? new Date().toISOString();
    const privateKey = otherwise.privateKey ?? DOKU_KEYS.privateKey;
    const signature = asymmetricSignature({ clientId: CLIENT_ID, timestamp, privateKey });
    const headers = {
      'x-client-key': CLIENT_ID,
      'x-timestamp': timestamp,
      'x-signature': signature ?? '',
      ...otherwise.headers,
    };
    const body = otherwise.sent ?? '{"grantType":"client_credentials"}';
    return post(otherwise.path ?? TOKEN_PATH, headers, body, otherwise.more);
  };

  const notify = async (body: string | Uint8Array, otherwise: Otherwise = {}) => {
    const accessToken = otherwise.token ?? String((await askToken()).json.accessToken);
    const timestamp = otherwise.timestamp ?? new Date().toISOString();
    const path = otherwise.path ?? NOTIFY_PATH;
    const signature = symmetricSignature({
      method: 'POST',
      path: otherwise.signedPath ?? path,
      accessToken,
      body,
      timestamp,
      clientSecret: otherwise.clientSecret ?? CLIENT_SECRET,
    });
    const headers = {
      'x-partner-id': CLIENT_ID,
      'x-external-id': randomUUID(),
      'x-timestamp': timestamp,
      'x-signature': signature ?? '',
      authorization: `Bearer ${accessToken}`,
      ...otherwise.headers,
    };
    return post(path, headers, otherwise.sent ?? body, otherwise.more);
  };

  return {
    url: server.url,
    port: Number(port),
    close: server.close,
    acted,
    checks,
    lines,
    post,
    askToken,
    notify,
  };
}

export type Door = Awaited<ReturnType<typeof openDoor>>;

export const newsOf = (partnerReferenceNo: string) =>
  JSON.stringify({
    originalPartnerReferenceNo: partnerReferenceNo,
    originalReferenceNo: 'DOKU-1',
    originalExternalId: '1',
    latestTransactionStatus: '00',
    amount: { value: '10000.00', currency: 'IDR' },
    additionalInfo: { accountType: 'EMONEY' },
  });
