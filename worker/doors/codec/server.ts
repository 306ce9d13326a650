/**
 * Temporal's remote codec protocol for those who may read: `POST …/decode` with a bearer token, for the Temporal UI and
 * Temporal's own CLI. It decrypts only: whatever it encrypted for somebody would be believed by workers.
 *
 * @module
 */
import type { PayloadCodec } from '@temporalio/common';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { boundConnections } from '../connections.js';
import { AUTHORIZED_TWICE, isAuthorizedTwice, takeAllHeaders } from '../raw-headers.js';
import type { Audit, AuditEntry } from './audit.js';
import { payloadsIn, toJson } from './payloads.js';
import { claimedIn, type PlaceOf, placesOf } from './places.js';
import type { Authenticate, Reader } from './reader.js';
import { readablePayloads } from './reading.js';
import { CodecRefusal } from './refusal.js';

/** Of one request. Temporal keeps an event below 2 MiB, which Base64 makes a third larger. */
export const MOST_BYTES = 3 * 1024 * 1024;
export const MOST_CONNECTIONS = 100;
const REQUEST_WITHIN_MS = 10_000;

export interface CodecServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly codec: Pick<PayloadCodec, 'decode'>;
  /** For the audit. Asked only once a payload was decrypted, which shows that it says the truth. */
  readonly placeOf?: PlaceOf;
  /** Pages of these origins may ask. What comes from no page has no origin. */
  readonly allowedOrigins: readonly string[];
  readonly authenticate: Authenticate;
  readonly audit: Audit;
}

export interface CodecServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What is known of a request before it is answered. */
interface Trail {
  reader?: Reader;
  payloads: number;
  places?: readonly string[];
}

/** @throws Node's `EADDRINUSE` when the port is taken. */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const trails = new WeakMap<FastifyRequest, Trail>();
  const note = (request: FastifyRequest, status: number) => {
    if (!isOpen(request))
      options.audit(entryOf(request, trails.get(request) ?? { payloads: 0 }, status));
  };
  const server = newServer(note);
  server.addHook('onRequest', async (request, reply) => {
    const trail: Trail = { payloads: 0 };
    trails.set(request, trail);
    if (isOpen(request) && request.method === 'GET') return;
    allowOrigin(request, reply, options.allowedOrigins);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    // Before the body is read: nobody unknown has any parsed.
    trail.reader = await options.authenticate(tokenIn(request));
  });
  server.addHook('onSend', async (request, reply) => note(request, reply.statusCode));
  server.get(HEALTH, async () => ({ status: 'ok' }));
  server.post('/*', (request) => answered(request, trails.get(request), options));
  const url = await server.listen({ host: options.host, port: options.port });
  return { url, close: () => server.close() };
}

/** @param note - told of what is no request to the router, which passes no hook. */
function newServer(note: (request: FastifyRequest, status: number) => void): FastifyInstance {
  const server: FastifyInstance = fastify({
    bodyLimit: MOST_BYTES,
    forceCloseConnections: true,
    requestTimeout: REQUEST_WITHIN_MS,
    connectionTimeout: 2 * REQUEST_WITHIN_MS,
    frameworkErrors: (_error, request: FastifyRequest, reply: FastifyReply) => {
      note(request, 400);
      reply.code(400).send({ message: saidOf(400) });
    },
  });
  boundConnections(server, MOST_CONNECTIONS);
  takeAllHeaders(server);
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof CodecRefusal ? error.status : (error.statusCode ?? 500);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    return reply.code(status).send({
      message: error instanceof CodecRefusal ? error.message : saidOf(status),
    });
  });
  server.setNotFoundHandler(() => {
    throw new CodecRefusal(404, 'there is only POST …/decode');
  });
  return server;
}

function entryOf(
  request: FastifyRequest,
  { reader, payloads, places }: Trail,
  status: number,
): AuditEntry {
  return {
    who: reader?.who,
    address: request.ip,
    action: actionOf(request),
    ...claimedIn(request.headers),
    ...(places && { places }),
    payloads,
    personalData: reader?.mayReadPersonalData ?? false,
    status,
  };
}

const HEALTH = '/health';

/** What reads nothing: whether it lives, and what a browser asks before it asks. */
const isOpen = ({ method, url }: FastifyRequest) =>
  method === 'OPTIONS' || (method === 'GET' && url === HEALTH);

/** @throws CodecRefusal */
async function answered(
  request: FastifyRequest,
  trail: Trail | undefined,
  { codec, placeOf }: CodecServerOptions,
) {
  if (trail?.reader === undefined) throw new CodecRefusal(401, TOKEN_MISSING);
  switch (actionOf(request)) {
    case 'decode': {
      const payloads = payloadsIn(request.body);
      trail.payloads = payloads.length;
      const { mayReadPersonalData } = trail.reader;
      const readable = await readablePayloads(payloads, { codec, mayReadPersonalData });
      if (placeOf) trail.places = placesOf(payloads, placeOf);
      return { payloads: readable.map(toJson) };
    }
    case 'encode':
      throw new CodecRefusal(
        403,
        'this codec only decrypts: tell journeys what they are to do with doku-journeys',
      );
    default:
      throw new CodecRefusal(404, 'there is only POST …/decode');
  }
}

function saidOf(status: number): string {
  if (status === 413) return `a request has ${MOST_BYTES} bytes at most`;
  return status < 500 ? 'the request cannot be read' : 'the codec failed';
}

/** @throws CodecRefusal 403 */
function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  allowedOrigins: readonly string[],
): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (!allowedOrigins.includes(origin)) throw new CodecRefusal(403, 'this origin is not allowed');
  reply
    .header('access-control-allow-origin', origin)
    .header('access-control-allow-methods', 'POST, OPTIONS')
    // The last one is what the UI sends beside its access token: the identity of its user.
    .header(
      'access-control-allow-headers',
      'content-type, x-namespace, authorization, authorization-extras',
    )
    .header('access-control-allow-credentials', 'true')
    .header('access-control-max-age', '600')
    .header('vary', 'origin');
}

/** Of `…/decode`, as of `/{token}/decode`: only the last part says what is asked for. */
const stepsOf = (request: FastifyRequest) =>
  (request.url.split('?', 1)[0] ?? '').split('/').filter(Boolean);

function actionOf(request: FastifyRequest): 'decode' | 'encode' | 'other' {
  const last = request.method === 'POST' ? stepsOf(request).at(-1) : undefined;
  return last === 'decode' || last === 'encode' ? last : 'other';
}

const TOKEN_MISSING =
  'a bearer token is missing: send Authorization: Bearer TOKEN, or end the address of a codec on one machine with its CODEC_TOKEN (http://HOST:PORT/TOKEN)';
const NOT_BEARER = 'Authorization is no bearer token: send Authorization: Bearer TOKEN';
const BEARER = /^Bearer +([\w.~+/=-]+)$/i;
/** Of one machine; an issuer's has dots, and no business in a path. */
const PATH_TOKEN = /^[\w-]{32,}$/;

/**
 * The bearer token; without one, the part of the path before the last, as a Temporal UI on one machine has no token to send
 * and its codec's address may be given to it as `http://127.0.0.1:8083/{token}`.
 *
 * @throws CodecRefusal 401
 */
function tokenIn(request: FastifyRequest): string {
  if (isAuthorizedTwice(request.raw.rawHeaders)) throw new CodecRefusal(401, AUTHORIZED_TWICE);
  const { authorization } = request.headers;
  const token =
    authorization === undefined
      ? stepsOf(request)
          .slice(0, -1)
          .findLast((step) => PATH_TOKEN.test(step))
      : BEARER.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new CodecRefusal(401, authorization === undefined ? TOKEN_MISSING : NOT_BEARER);
}
