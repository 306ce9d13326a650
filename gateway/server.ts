/**
 * The gateway: journeys over HTTP, for backends without a Temporal SDK.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { Client } from '@temporalio/client';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteShorthandOptions,
} from 'fastify';
import { DokuJourneys } from '../client/index.js';
import { CONTRACT } from '../contract/check.js';
import { boundConnections } from '../worker/doors/connections.js';
import { takeAllHeaders } from '../worker/doors/raw-headers.js';
import type { SafeLogger } from '../worker/safe-logger.js';
import type { PayloadKeys } from '../worker/temporal/encryption.js';
import { type Audit, HUNG_UP } from './access/audit.js';
import type { Authenticate } from './access/caller.js';
import { answerBrowsers } from './access/cross-origin.js';
import { assertScope, recognise } from './access/guard.js';
import { Calls } from './calls/answer.js';
import { Cursors } from './calls/cursors.js';
import { boundRequestsInHand } from './calls/in-hand.js';
import { KeyFit } from './calls/key-fit.js';
import { Waits } from './calls/waits.js';
import { describeApi } from './openapi/document.js';
import { takeJson } from './parsing.js';
import { addProblemsPage } from './problems/page.js';
import { PROBLEM_TYPE, Problem } from './problems/problem.js';
import { problemOf } from './problems/translation.js';
import { answerTunnel, answerUnread } from './problems/unread-request.js';
import { addResources } from './resources/index.js';
import { checkedParts, takeKeysInBodies } from './validation.js';

/** Of one request; a batch may be larger. */
const MOST_BYTES = 64 * 1024;
/** For a whole request to come in. */
const WHOLE_WITHIN_MS = 30_000;
/** Requests that wait by `?wait=` at once. */
const MOST_WAITS = 500;
/** Requests in hand besides. */
const MOST_MORE = 300;
/** Connections besides: of those who ask whether the gateway lives, or have not asked yet. */
const MOST_IDLE = 200;
/** Of one address; beyond them it hears no more than that, and loses its connection with each. */
const FAILURES_A_MINUTE = 60;

export interface GatewayOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** A Temporal client whose data converter has the workers' payload codec. */
  readonly client: Client;
  /** The workers' task queue. Default `doku-journeys`. */
  readonly taskQueue?: string;
  /** Without it everybody on this machine may do everything; never leave it out beyond loopback. */
  readonly authenticate?: Authenticate | undefined;
  /** Origins of pages that may ask, besides the gateway's own. Default none. */
  readonly allowedOrigins?: readonly string[];
  /** Addresses of proxies whose `X-Forwarded-For` is believed. Default none. */
  readonly trustedProxies?: readonly string[];
  /** Those of all gateways that take each other's cursors. Without them each takes its own. */
  readonly payloadKeys?: PayloadKeys;
  readonly audit: Audit;
  readonly logger: SafeLogger;
  /** Requests a minute that one key may make. Default 6,000. */
  readonly requestsAMinute?: number;
  /**
   * Requests that wait by `?wait=` at once, of one caller half at most; more are answered at once. Default 500. With 300 more they
   * are all that are in hand at once, of one caller half as well.
   */
  readonly mostWaits?: number;
  /** Milliseconds that a call may take. Default 30,000. */
  readonly answerWithinMs?: number;
  /** Why the gateway is not ready; nothing where it is. */
  readonly reasons?: () => Promise<readonly string[]>;
}

export interface RunningGateway {
  readonly url: string;
  /** Answers whoever waits, and ends once all are answered. */
  close(): Promise<void>;
}

/** @throws Node's `EADDRINUSE` when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { client, taskQueue = 'doku-journeys', answerWithinMs = 30_000 } = options;
  const closing = new AbortController();
  const server = newServer(options);
  server.addHook('preClose', async () => closing.abort());
  const { authenticate, allowedOrigins = [] } = options;
  answerBrowsers(server, allowedOrigins);
  await server.register(rateLimit, {
    max: options.requestsAMinute ?? 6_000,
    timeWindow: 60_000,
    keyGenerator: ({ caller, ip }) => caller?.who ?? ip,
    allowList: (request) => request.routeOptions.config.isOpen === true,
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem('TooManyRequests', undefined, { retryAfter: Math.ceil(ttl / 1_000) }),
  });
  const counted = countingFailures(server);
  server.addHook('onRequest', (request, reply) =>
    recognise(request, { authenticate, allowedOrigins }).catch((error: unknown) =>
      counted(error, request, reply),
    ),
  );
  // After the limit, which counts what is refused as well, and before any body is read.
  server.addHook('preParsing', async (request) => assertScope(request));
  boundRequestsInHand(server, mostInHand(options));
  await describeApi(server, String(CONTRACT));
  addFrontPage(server);
  addProblemsPage(server);
  // Each request has its own time.
  const journeys = new DokuJourneys({
    client,
    taskQueue,
    answerWithinMs: Number.POSITIVE_INFINITY,
  });
  const keyFit = new KeyFit(journeys);
  addHealth(server, options, keyFit);
  addResources({
    server,
    client,
    taskQueue,
    journeys,
    keyFit,
    calls: new Calls({ client, taskQueue, answerWithinMs }),
    cursors: Cursors.of(options.payloadKeys),
    waits: new Waits(options.mostWaits ?? MOST_WAITS),
    closing: closing.signal,
  });
  const url = await server.listen({ host: options.host, port: options.port });
  // So that `/ready` knows before the first order; where it brings nothing, that order asks again.
  keyFit.assert().catch(() => {});
  return { url, close: () => server.close() };
}

/** Failed checks of who asks are counted by address; a genuine key from there is never refused for them. */
function countingFailures(server: FastifyInstance) {
  const failuresOf = server.createRateLimit({
    max: FAILURES_A_MINUTE,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => ip,
  });
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<never> => {
    if (!(error instanceof Problem) || error.problem !== 'Unauthenticated') throw error;
    const failures = await failuresOf(request);
    if (failures.isAllowed || !failures.isExceeded) throw error;
    reply.header('connection', 'close');
    throw new Problem('TooManyRequests', 'too many keys from this address were not valid', {
      retryAfter: failures.ttlInSeconds,
      cause: error,
    });
  };
}

const mostInHand = ({ mostWaits = MOST_WAITS }: Pick<GatewayOptions, 'mostWaits'>) =>
  mostWaits + MOST_MORE;

/** Open at once, as long as others than those being answered can give way. */
export const MOST_CONNECTIONS = mostInHand({}) + MOST_IDLE;

function newServer(options: GatewayOptions): FastifyInstance {
  const { trustedProxies = [], audit, logger } = options;
  const server: FastifyInstance = fastify({
    bodyLimit: MOST_BYTES,
    requestTimeout: WHOLE_WITHIN_MS,
    // Whoever names no host is told so as all else is.
    http: { headersTimeout: WHOLE_WITHIN_MS, maxHeaderSize: 16_384, requireHostHeader: false },
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 512 },
    clientErrorHandler: answerUnread,
    // What is no request to the router passes no hook.
    frameworkErrors: (error, request: FastifyRequest, reply: FastifyReply) => {
      noteAtEnd(request, reply);
      void answer(problemOf(error), request, reply);
    },
  });
  boundConnections(server, mostInHand(options) + MOST_IDLE);
  takeAllHeaders(server);
  server.server.on('connect', (_request, socket) => answerTunnel(socket));
  server.setValidatorCompiler(checkedParts);
  takeKeysInBodies(server);
  // As journeys answer: what a newer worker says beyond this contract is passed on.
  server.setSerializerCompiler(() => JSON.stringify);
  server.decorateRequest('caller', undefined);
  server.decorateRequest('isChecked', false);
  // Until then the parameters of a path may be anything, such as a phone number.
  server.addHook('preHandler', async (request) => {
    request.isChecked = !request.is404;
  });
  takeJson(server);
  const errors = new WeakMap<FastifyRequest, Problem>();
  const answer = (problem: Problem, request: FastifyRequest, reply: FastifyReply) => {
    errors.set(request, problem);
    if (problem.status >= 500)
      logger.error({ error: problem.cause, path: routeOf(request) }, problem.problem);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
    return reply
      .code(problem.status)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem.body(request.id)));
  };
  const note = (request: FastifyRequest, reply: FastifyReply, beganAt: number) => {
    if (request.routeOptions?.config?.isOpen) return;
    const problem = errors.get(request);
    audit({
      requestId: request.id,
      who: request.caller?.who,
      address: request.ip,
      method: request.method,
      route: routeOf(request),
      ...(request.isChecked && subjectOf(request.params as Record<string, string>)),
      status: reply.raw.writableFinished ? reply.statusCode : HUNG_UP,
      ...(problem && { error: problem.problem }),
      durationMs: Math.round(performance.now() - beganAt),
    });
  };
  // Ends with whoever hangs up, too: what was asked for may be done all the same.
  const noteAtEnd = (request: FastifyRequest, reply: FastifyReply) => {
    const beganAt = performance.now();
    reply.raw.once('close', () => note(request, reply, beganAt));
  };
  server.setErrorHandler((error, request, reply) =>
    answer(problemOf(error, request), request, reply),
  );
  server.setNotFoundHandler(() => {
    throw new Problem('NoSuchResource');
  });
  server.addHook('onRequest', async (request, reply) => noteAtEnd(request, reply));
  server.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (!request.routeOptions.config.isOpen) reply.header('cache-control', 'no-store');
  });
  return server;
}

const routeOf = (request: FastifyRequest) => request.routeOptions?.url ?? 'none';

/** A DOKU account's ID may be a phone number, as far as anybody can tell. */
function subjectOf({ accountId, ...subject }: Readonly<Record<string, string>>) {
  return Object.keys(subject).length > 0 && { subject };
}

/** Whoever has its address alone is led to what there is. */
function addFrontPage(server: FastifyInstance): void {
  server.get('/', { config: { isOpen: true }, schema: { hide: true } }, (request, reply) =>
    request.headers.accept?.includes('text/html')
      ? reply.redirect('/docs')
      : reply.send({ docs: '/docs', openapi: '/openapi.json', problems: '/problems' }),
  );
}

function addHealth(server: FastifyInstance, { reasons }: GatewayOptions, keyFit: KeyFit): void {
  const open: RouteShorthandOptions = { config: { isOpen: true }, schema: { hide: true } };
  server.get('/health', open, async () => ({ status: 'ok' }));
  server.get('/ready', open, async (_request, reply) => {
    const { misfit } = keyFit;
    const said = [...(misfit ? [misfit.message] : []), ...((await reasons?.()) ?? [])];
    return reply.code(said.length === 0 ? 200 : 503).send({ reasons: said });
  });
}
