/**
 * The HTTP entry for DOKU's notifications: DOKU asks for a token, then brings the news (doku-api §12). Its 200 says that
 * Temporal holds what there is to do; otherwise DOKU comes again.
 *
 * @module
 */
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { filedReference } from '../../../activities/reconciliation/odd-reference.js';
import { jakartaTime } from '../../../activities/snap/jakarta-time.js';
import type { SafeLogger } from '../../logger.js';
import {
  type ArrivedNotification,
  checkedNotification,
  checkTokenRequest,
  type Notification,
  type NotificationIdentity,
  NotificationRefusal,
} from './checks.js';
import type { Nudged } from './work.js';

/** DOKU's notifications are below 4 KB. */
const MOST_BYTES = 65_536;
/** Deliveries whose answer is remembered, so that each is acted on once. */
const REMEMBERED = 10_000;
/** Work that waits for Temporal; beyond it DOKU is asked to come again. */
const MOST_WAITING = 1_000;

export interface NotificationOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** As DOKU calls it: this path is what DOKU signs. */
  readonly path: string;
  readonly tokenPath: string;
  /** Requests a second that are taken. */
  readonly requestsASecond: number;
  readonly identity: NotificationIdentity;
  readonly act: (notification: Notification) => Promise<Nudged>;
  readonly logger: SafeLogger;
}

export interface NotificationServer {
  readonly url: string;
  /** Takes no more, and ends once all that was taken is done. */
  close(): Promise<void>;
}

/** @throws Node's `EADDRINUSE` when the port is taken. */
export async function startNotificationServer(
  options: NotificationOptions,
): Promise<NotificationServer> {
  const { host, port, path, tokenPath, identity, logger } = options;
  const server: FastifyInstance = fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true });
  await server.register(rateLimit, {
    max: options.requestsASecond,
    timeWindow: 1_000,
    // One limit for all: DOKU is the only caller there should be.
    keyGenerator: () => 'all',
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  const work = new Work(options);
  const serviceCodeOf = (request: FastifyRequest) => (request.url === tokenPath ? '73' : '56');
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const refusal = refusalOf(error, serviceCodeOf(request));
    if (refusal.status >= 500) logger.error({ error }, 'a notification failed');
    else logger.warn({ responseCode: refusal.body.responseCode }, 'a notification was refused');
    return reply.code(refusal.status).send(refusal.body);
  });
  server.setNotFoundHandler((request, reply) => {
    const refusal = new NotificationRefusal(404, serviceCodeOf(request), '00', 'Not Found');
    return reply.code(404).send(refusal.body);
  });
  server.post(tokenPath, async (request, reply) => {
    checkTokenRequest(arrivedOf(request), identity);
    reply.header('x-client-key', identity.clientId);
    reply.header('x-timestamp', jakartaTime(new Date()));
    return {
      responseCode: '2007300',
      responseMessage: 'Successful',
      accessToken: await identity.tokens.issue(),
      tokenType: 'Bearer',
      expiresIn: identity.tokens.lifetime,
      additionalInfo: '',
    };
  });
  server.post(path, async (request) => {
    const arrived = arrivedOf(request);
    const notification = await checkedNotification(arrived, identity);
    await work.take(notification, arrived.rawBody);
    return {
      responseCode: '2005600',
      responseMessage: 'Request has been processed successfully',
    };
  });
  const url = await server.listen({ host, port });
  return {
    url,
    close: async () => {
      await server.close();
      await work.done();
    },
  };
}

/** What news has Temporal do. */
class Work {
  readonly #options: NotificationOptions;
  /** By the name of the delivery, and by what DOKU signed: a captured request comes under any name. */
  readonly #deliveries = new Memory<{ readonly rawBody: string; readonly acting: Promise<void> }>();
  readonly #waiting = new Set<Promise<void>>();

  constructor(options: NotificationOptions) {
    this.#options = options;
  }

  /**
   * Returns once Temporal holds what there is to do.
   *
   * @throws NotificationRefusal for another body under the same X-EXTERNAL-ID, or when there is too much to do.
   * @throws whatever acting throws: then it is forgotten, and done when DOKU comes again.
   */
  async take(notification: Notification, rawBody: string): Promise<void> {
    const { externalId, digest } = notification;
    const before = this.#deliveries.get(externalId);
    if (before && before.rawBody !== rawBody)
      throw new NotificationRefusal(409, '56', '00', 'Conflict');
    const begun = before ?? this.#deliveries.get(digest);
    if (begun) return begun.acting;
    if (this.#waiting.size >= MOST_WAITING)
      throw new NotificationRefusal(429, '56', '00', 'Too Many Requests');
    const acting = this.#act(notification);
    for (const key of [externalId, digest]) this.#deliveries.set(key, { rawBody, acting });
    this.#waiting.add(acting);
    try {
      await acting;
    } catch (error) {
      for (const key of [externalId, digest]) this.#deliveries.delete(key);
      throw error;
    } finally {
      this.#waiting.delete(acting);
    }
  }

  async done(): Promise<void> {
    await Promise.allSettled(this.#waiting);
  }

  async #act(notification: Notification): Promise<void> {
    const { act, logger } = this.#options;
    const { latestTransactionStatus } = notification;
    const became = await act(notification);
    // A reference that is not of our form may be a person's.
    const { partnerReferenceNo } = filedReference(notification.partnerReferenceNo);
    logger.info({ partnerReferenceNo, latestTransactionStatus, became }, 'DOKU notified');
  }
}

/** Of what came last. */
class Memory<Value> {
  readonly #values = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    this.#values.set(key, value);
    if (this.#values.size > REMEMBERED)
      this.#values.delete(this.#values.keys().next().value as string);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}

const arrivedOf = (request: FastifyRequest): ArrivedNotification => ({
  path: request.url,
  headers: request.headers,
  rawBody: typeof request.body === 'string' ? request.body : '',
});

function refusalOf(
  error: Error & { statusCode?: number },
  serviceCode: string,
): NotificationRefusal {
  if (error instanceof NotificationRefusal) return error;
  switch (error.statusCode) {
    case 413:
      return new NotificationRefusal(413, serviceCode, '00', 'Payload Too Large');
    case 429:
      return new NotificationRefusal(429, serviceCode, '00', 'Too Many Requests');
    case 400:
    case 415:
      return new NotificationRefusal(400, serviceCode, '00', 'Bad Request');
    default:
      return new NotificationRefusal(500, serviceCode, '00', 'General Error');
  }
}
