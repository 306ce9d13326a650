/**
 * Access tokens of an OpenID Connect issuer, for whatever door asks for one.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import * as z from 'zod';
import type { PayloadKeys } from '../temporal/payload-keys.js';
import { issuerUser } from './issuer-user.js';

/** An issuer's own keys only: with a shared secret, whoever can verify can issue. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const CLOCK_TOLERANCE_SECONDS = 30;
const ANSWER_WITHIN_MS = 5_000;

export interface IssuerOptions {
  /** `iss`, to the letter. */
  readonly issuer: string;
  /** One of `aud`. */
  readonly audience: readonly string[];
  /** Default: as `/.well-known/openid-configuration` of the issuer says. */
  readonly jwksUrl?: string;
  /** The active one makes the digests of users whose `sub` may be personal. Without them each process makes its own. */
  readonly payloadKeys?: PayloadKeys;
}

/** A token that is not taken. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  constructor(
    /** 503 where nobody can tell. */
    readonly status: 401 | 503,
    message: string,
  ) {
    super(message);
  }
}

export interface VerifiedToken {
  /** Whom it is of, for audits and limits: see {@link issuerUser}. */
  readonly who: string;
  readonly payload: JWTPayload;
}

/** @returns what verifies a token. It throws {@link TokenRefusal}. */
export function issuerTokens(options: IssuerOptions): (token: string) => Promise<VerifiedToken> {
  const { issuer, audience, payloadKeys } = options;
  const digestKey = payloadKeys?.keys.get(payloadKeys.activeKeyId) ?? randomBytes(32);
  let found: Promise<JWTVerifyGetKey> | undefined;
  const keys = () => {
    found ??= keysOf(options).catch((error: unknown) => {
      // The next request asks again.
      found = undefined;
      throw error;
    });
    return found;
  };
  return async (token) => {
    // Nobody has the issuer asked for keys by a token that does not even claim to be its own.
    if (!claims(token, issuer)) throw new TokenRefusal(401, 'the token is not valid');
    const payload = await verified(token, keys, {
      issuer,
      audience: [...audience],
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'sub'],
    });
    // What the issuer has signed is of any type all the same.
    const sub: unknown = payload.sub;
    if (typeof sub !== 'string' || sub === '')
      throw new TokenRefusal(401, 'the token names nobody');
    return { who: issuerUser(issuer, sub, digestKey), payload };
  };
}

function claims(token: string, issuer: string): boolean {
  try {
    return decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}

/** What is wrong with a token, rather than with the way to its issuer's keys. */
const TOKEN_ERRORS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
];

async function verified(
  token: string,
  keys: () => Promise<JWTVerifyGetKey>,
  options: NonNullable<Parameters<typeof jwtVerify>[2]>,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, await keys(), options)).payload;
  } catch (error) {
    if (TOKEN_ERRORS.some((kind) => error instanceof kind))
      throw new TokenRefusal(401, 'the token is not valid');
    throw new TokenRefusal(503, 'the issuer of the token cannot be asked for its keys');
  }
}

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/** @throws Error when the issuer does not tell. */
async function keysOf({ issuer, jwksUrl }: IssuerOptions): Promise<JWTVerifyGetKey> {
  const url = jwksUrl ?? (await discovered(issuer));
  return createRemoteJWKSet(new URL(url), { timeoutDuration: ANSWER_WITHIN_MS });
}

async function discovered(issuer: string): Promise<string> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const { issuer: named, jwks_uri } = discoverySchema.parse(await answer.json());
  if (named !== issuer) throw new Error('the issuer calls itself otherwise');
  // An https issuer whose keys came in clear would be anybody's.
  if (new URL(issuer).protocol === 'https:' && new URL(jwks_uri).protocol !== 'https:')
    throw new Error("the issuer's keys are not on https");
  return jwks_uri;
}

/** What a claim lists: a list, or words in a text. @param claim - a name, or a path such as `realm_access.roles`. */
export function wordsIn(payload: JWTPayload, claim: string): string[] {
  const value = Object.hasOwn(payload, claim)
    ? payload[claim]
    : claim
        .split('.')
        .reduce<unknown>(
          (held, step) =>
            typeof held === 'object' && held !== null && Object.hasOwn(held, step)
              ? (held as Record<string, unknown>)[step]
              : undefined,
          payload,
        );
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : [];
}
