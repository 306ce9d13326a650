/**
 * The HTTP entry for DOKU's notifications: DOKU asks for a token, then brings the news (doku-api §12). Every request is
 * answered before anything is done about it.
 *
 * @module
 */
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
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
    work.take(notification, arrived.rawBody);
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

/** What is left to do once DOKU has its answer. */
class Work {
  readonly #options: NotificationOptions;
  readonly #seen = new Map<string, string>();
  readonly #waiting = new Set<Promise<void>>();

  constructor(options: NotificationOptions) {
    this.#options = options;
  }

  /** @throws NotificationRefusal for another body under the same X-EXTERNAL-ID, or when there is too much to do. */
  take(notification: Notification, rawBody: string): void {
    const { externalId } = notification;
    const seen = this.#seen.get(externalId);
    if (seen !== undefined && seen !== rawBody)
      throw new NotificationRefusal(409, '56', '00', 'Conflict');
    if (seen !== undefined) return;
    if (this.#waiting.size >= MOST_WAITING)
      throw new NotificationRefusal(429, '56', '00', 'Too Many Requests');
    this.#seen.set(externalId, rawBody);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value as string);
    const acting = this.#act(notification).finally(() => this.#waiting.delete(acting));
    this.#waiting.add(acting);
  }

  async done(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  async #act(notification: Notification): Promise<void> {
    const { act, logger } = this.#options;
    const { partnerReferenceNo, latestTransactionStatus } = notification;
    try {
      const became = await act(notification);
      logger.info({ partnerReferenceNo, latestTransactionStatus, became }, 'DOKU notified');
    } catch (error) {
      // DOKU has its answer; the journey's own polling finds out what this would have said.
      logger.error({ partnerReferenceNo, error }, 'a notification reached no journey');
    }
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
