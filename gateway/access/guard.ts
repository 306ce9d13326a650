/**
 * Who may ask for what, before a body is read.
 *
 * @module
 */
import type { FastifyRequest } from 'fastify';
import { isLoopbackAddress } from '../../contract/loopback.js';
import { AUTHORIZED_TWICE, isAuthorizedTwice, valuesOf } from '../../worker/doors/raw-headers.js';
import { Problem } from '../problems/problem.js';
import { invalidInput } from '../problems/translation.js';
import type { Authenticate, Caller } from './caller.js';
import { isAllowed, SCOPES, type Scope } from './scopes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must be allowed. Without it the route tells nobody anything, and is open. */
    scope?: Scope;
    /** Whether the route is open to everybody. */
    isOpen?: boolean;
  }
  interface FastifyRequest {
    /** Nothing on open routes. */
    caller: Caller | undefined;
    /** Whether the path and the body are as their route has them. */
    isChecked: boolean;
  }
}

const BEARER = /^Bearer +([\w.~+/=-]{1,8192})$/i;
/** What a proxy says of whom it asks for: then whoever reached the proxy asks. */
const PASSED_ON = [
  ...['Forwarded', 'Via', 'X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP'],
  ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-Port'],
  ...['X-Forwarded-Server', 'X-Original-Forwarded-For', 'X-Client-IP', 'X-Envoy-External-Address'],
];
/** Whose program it is, on a machine of one's own. */
const NOBODY: Caller = { who: 'anybody on this machine', scopes: SCOPES };

export interface GuardOptions {
  /** Without it everybody on this machine may do everything. */
  readonly authenticate: Authenticate | undefined;
  /** Origins of pages that may ask, besides the gateway's own. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Finds out who asks.
 *
 * @throws Problem `InvalidInput`, `OriginRefused`, `Unauthenticated`, `IssuerUnreachable`.
 */
export async function recognise(request: FastifyRequest, options: GuardOptions): Promise<void> {
  assertHost(request);
  assertOrigin(request, options);
  if (!request.routeOptions.config.isOpen) request.caller = await callerOf(request, options);
}

/** @throws Problem `ScopeMissing`. */
export function assertScope({ caller, routeOptions }: FastifyRequest): void {
  const { scope } = routeOptions.config;
  if (scope !== undefined && !isAllowed(caller?.scopes ?? [], scope))
    throw new Problem('ScopeMissing', `this takes the scope ${scope}`, { details: { scope } });
}

async function callerOf(request: FastifyRequest, { authenticate }: GuardOptions): Promise<Caller> {
  if (authenticate === undefined) {
    // HTTP/1.0 is what nginx speaks by itself, and no program of today.
    const isOld = request.raw.httpVersion === '1.0';
    const passedOn = isOld
      ? 'HTTP/1.0'
      : PASSED_ON.find((name) => valuesOf(request.raw.rawHeaders, name).length > 0);
    if (passedOn !== undefined)
      throw new Problem(
        'Unauthenticated',
        `without keys only programs of this machine may ask, and a proxy passed this on, as ${passedOn} says: set GATEWAY_KEYS_FILE or GATEWAY_ISSUER`,
      );
    // A page elsewhere may have its own name resolved to this machine.
    if (isLoopbackAddress(request.headers.host ?? '')) return NOBODY;
    throw new Problem('Unauthenticated', 'without keys only this machine may ask, by its own name');
  }
  if (isAuthorizedTwice(request.raw.rawHeaders))
    throw new Problem('Unauthenticated', AUTHORIZED_TWICE);
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new Problem('Unauthenticated', noToken(request));
  return authenticate(token);
}

/** What is missing, never what is there. */
const noToken = ({ headers: { authorization } }: FastifyRequest) =>
  authorization
    ? 'the header Authorization must be the word Bearer, a blank, and the key'
    : 'the header Authorization is missing';

/** One, as HTTP/1.1 has it: of two, a proxy may have gone by the other. */
function assertHost({ raw: { rawHeaders, httpVersion } }: FastifyRequest): void {
  const hosts = valuesOf(rawHeaders, 'host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0'))
    throw invalidInput([{ path: 'request', message: 'must name its host, once' }]);
}

/** A browser says whose page asks; a program does not. */
function assertOrigin(request: FastifyRequest, { allowedOrigins }: GuardOptions): void {
  const { origin, host } = request.headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new Problem('OriginRefused');
}
