/**
 * The HTTP entry for DOKU's notifications: DOKU asks for a token, then brings the news (doku-api §12). Its 200 says that
 * Temporal holds what there is to do; otherwise DOKU comes again.
 *
 * @module
 */
import type { Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jakartaTime } from '../../../activities/snap/jakarta-time.js';
import type { SafeLogger } from '../../logger.js';
import { boundConnections } from '../connections.js';
import { takeAllHeaders, valuesOf } from '../raw-headers.js';
import { arrivedOf, signedPathsOf, targetOf } from './arrived.js';
import {
  checkedNotification,
  checkedTokenRequest,
  type Notification,
  type NotificationIdentity,
  skewIn,
} from './checks.js';
import { Deliveries, GivenTokens } from './deliveries.js';
import { type Check, NOTIFY, NotificationRefusal, type ServiceCode, TOKEN } from './refusal.js';
import { Refusals } from './refusals.js';
import type { Nudged } from './work.js';

/** DOKU's notifications are below 4 KB. */
const MOST_BYTES = 8_192;
const MOST_CONNECTIONS = 256;
/** For a whole request, from its connection. */
const WHOLE_WITHIN_MS = 10_000;
/** Without a byte either way: longer than Temporal may take to hold what there is to do. */
const SILENT_FOR_MS = 15_000;
/** Of one address; beyond them it hears no more than that. */
const FAILURES_A_MINUTE = 60;

export interface NotificationOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Where they arrive. */
  readonly path: string;
  readonly tokenPath: string;
  /** As DOKU calls and signs it, where that is not the path that arrives. */
  readonly signedPath?: string | undefined;
  /** Genuine requests a second that are taken. */
  readonly requestsASecond: number;
  /** Addresses of proxies whose `X-Forwarded-For` is believed. Default none. */
  readonly trustedProxies?: readonly string[];
  readonly identity: NotificationIdentity;
  readonly act: (notification: Notification) => Promise<Nudged>;
  readonly logger: SafeLogger;
  /** Told of each refusal. */
  readonly count?: (check: Check) => void;
  /** Milliseconds for a whole request. Default 10,000. */
  readonly wholeWithinMs?: number;
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
  const { host, port, path, tokenPath, signedPath, identity, logger } = options;
  const server = serverOf(options, (request, reply) => notFound(request, reply));
  await server.register(rateLimit, { global: false });
  boundConnections(server, MOST_CONNECTIONS);
  takeAllHeaders(server);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  const admit = admission(options.requestsASecond);
  const { act, count = () => undefined } = options;
  const refusals = new Refusals({ logger, count });
  server.server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
    // A connection that ends without a request is nobody's mistake.
    if (code === 'ECONNRESET') return;
    refusals.tell({ check: 'http', detail: code, remote: socket.remoteAddress });
  });
  const refuse = refusing(server, refusals, signedPath);
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const refusal = refusalOf(error, serviceCodeOf(request, tokenPath));
    if (refusal.check === 'temporal') logger.error({ error }, 'a notification failed');
    return refuse(refusal, request, reply);
  });
  const notFound = (request: FastifyRequest, reply: FastifyReply) => {
    const code = serviceCodeOf(request, tokenPath);
    return refuse(new NotificationRefusal('url', 404, code, '00', 'Not Found'), request, reply);
  };
  server.setNotFoundHandler(notFound);
  const given = new GivenTokens(identity.tokens, admit(TOKEN));
  server.post(tokenPath, async (request, reply) => {
    const arrived = arrivedOf(TOKEN, request.raw, request.body);
    const { accessToken, expiresIn } = await given.give(checkedTokenRequest(arrived, identity));
    reply.header('x-client-key', identity.clientId);
    reply.header('x-timestamp', jakartaTime(new Date()));
    return {
      responseCode: '2007300',
      responseMessage: 'Successful',
      accessToken,
      tokenType: 'Bearer',
      expiresIn,
      additionalInfo: '',
    };
  });
  const deliveries = new Deliveries({ act, admit: admit(NOTIFY), logger });
  server.post(path, async (request) => {
    const arrived = arrivedOf(NOTIFY, request.raw, request.body, signedPath);
    await deliveries.take(await checkedNotification(arrived, identity));
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
      await deliveries.done();
    },
  };
}

function serverOf(
  { trustedProxies = [], wholeWithinMs = WHOLE_WITHIN_MS }: NotificationOptions,
  onOddUrl: (request: FastifyRequest, reply: FastifyReply) => unknown,
): FastifyInstance {
  return fastify({
    bodyLimit: MOST_BYTES,
    requestTimeout: wholeWithinMs,
    connectionTimeout: SILENT_FOR_MS,
    http: {
      headersTimeout: wholeWithinMs,
      connectionsCheckingInterval: Math.min(1_000, wholeWithinMs),
      maxHeaderSize: MOST_BYTES,
    },
    forceCloseConnections: true,
    // A hop count, or everybody, would let an outsider choose the address that failures are counted by.
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    frameworkErrors: (_error, request, reply) => void onOddUrl(request, reply),
    rewriteUrl: ({ url = '' }) => targetOf(url),
  });
}

/** Genuine requests alone use up the limit, which is one for all: DOKU is the only sender there should be. */
function admission(requestsASecond: number) {
  let began = 0;
  let taken = 0;
  return (serviceCode: ServiceCode) => async () => {
    const now = performance.now();
    if (now - began >= 1_000) [began, taken] = [now, 0];
    taken += 1;
    if (taken > requestsASecond)
      throw new NotificationRefusal('limit', 429, serviceCode, '00', 'Too Many Requests', 1);
  };
}

/** Answers and tells of a refusal. Failed checks are counted by address; genuine requests are never refused for them. */
function refusing(server: FastifyInstance, refusals: Refusals, signedPath: string | undefined) {
  const failuresOf = server.createRateLimit({ max: FAILURES_A_MINUTE, timeWindow: 60_000 });
  return async (refusal: NotificationRefusal, request: FastifyRequest, reply: FastifyReply) => {
    const { check, serviceCode, message } = refusal;
    const target = targetOf(request.raw.url ?? '');
    const [timestamp] = valuesOf(request.raw.rawHeaders, 'X-TIMESTAMP');
    const isOfPath = check === 'signature' && serviceCode === NOTIFY;
    const signed = isOfPath ? signedPathsOf(target, signedPath)[0] : undefined;
    refusals.tell({
      check,
      serviceCode,
      detail: message,
      method: request.method,
      target,
      ...(signed !== undefined && { signedPath: signed }),
      skewSeconds: skewIn(timestamp),
      remote: request.ip,
    });
    const said = isFailedCheck(refusal) ? await counted(refusal, request) : refusal;
    if (said.retryAfter !== undefined) reply.header('retry-after', said.retryAfter);
    if (said !== refusal) reply.header('connection', 'close');
    return reply.code(said.status).send(said.body);
  };

  async function counted(refusal: NotificationRefusal, request: FastifyRequest) {
    const failures = await failuresOf(request);
    if (failures.isAllowed || !failures.isExceeded) return refusal;
    const { check, serviceCode } = refusal;
    const after = failures.ttlInSeconds;
    return new NotificationRefusal(check, 429, serviceCode, '00', 'Too Many Requests', after);
  }
}

const isFailedCheck = ({ check }: NotificationRefusal) => check !== 'limit' && check !== 'temporal';

const serviceCodeOf = (request: FastifyRequest, tokenPath: string): ServiceCode =>
  targetOf(request.raw.url ?? '').split('?', 1)[0] === tokenPath ? TOKEN : NOTIFY;

function refusalOf(
  error: Error & { statusCode?: number },
  serviceCode: ServiceCode,
): NotificationRefusal {
  if (error instanceof NotificationRefusal) return error;
  const { statusCode = 500 } = error;
  if (statusCode === 413)
    return new NotificationRefusal('size', 413, serviceCode, '00', 'Payload Too Large');
  if (statusCode < 500)
    return new NotificationRefusal('http', 400, serviceCode, '00', 'Bad Request');
  return new NotificationRefusal('temporal', 500, serviceCode, '00', 'General Error');
}
