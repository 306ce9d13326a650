import crypto from 'node:crypto';
import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';

/** DOKU's session, which every call prolongs. */
const SESSION_SECONDS = 900;
/** In DOKU's sample the refresh token outlives the access token by exactly 15 days. */
const REFRESH_MS = 15 * 86_400_000;
const AUTH_CODE_MS = 600_000;

/** How a customer's token names its account; `opaque` is no JWT at all. */
export const CLAIM_FORMS = [
  'dataText',
  'dataObject',
  'topLevel',
  'topLevelNumber',
  'none',
  'opaque',
] as const;
export type ClaimForm = (typeof CLAIM_FORMS)[number];
type Claims = Readonly<Record<string, unknown>>;

const CLAIMS: Readonly<Record<ClaimForm, (accountId: string) => Claims | undefined>> = {
  dataText: (accountId) => ({ additionalData: JSON.stringify({ accountId }) }),
  dataObject: (accountId) => ({ additionalData: { accountId } }),
  topLevel: (accountId) => ({ accountId }),
  topLevelNumber: (accountId) => ({ accountId: Number(accountId) }),
  none: () => ({}),
  opaque: () => undefined,
};

/** How many of those handed out are remembered. */
const REMEMBERED = 100_000;

export interface Session {
  readonly owner: string;
  readonly accountId: string | undefined;
  expiresAt: number;
}

/**
 * Tokens of the merchant (B2B) and of customers (B2B2C). Only the latest of an owner is valid; the one before dies
 * at once.
 */
export class Tokens {
  readonly #clock: Clock;
  readonly #signingKey: crypto.KeyObject;
  readonly #clientId: string;
  #sessions = new Map<string, Session>();
  #latest = new Map<string, string>();
  #refresh = new Map<string, { accountId: string; expiresAt: number }>();
  #authCodes = new Map<string, { accountId: string; expiresAt: number }>();
  /** Whatever was handed out, for whoever asks where it is seen. */
  readonly #handedOut = new Set<string>();
  #sessionSeconds = SESSION_SECONDS;

  constructor(clock: Clock, signingKey: crypto.KeyObject, clientId: string) {
    this.#clock = clock;
    this.#signingKey = signingKey;
    this.#clientId = clientId;
  }

  /** How long a session lasts that is opened or prolonged from now on. */
  set sessionSeconds(seconds: number) {
    this.#sessionSeconds = seconds;
  }

  /** Every token and authCode that was handed out, used or not. */
  get handedOut(): readonly string[] {
    return [...this.#handedOut];
  }

  issueB2B() {
    const accessToken = this.#open('merchant', undefined, {});
    const expiresIn = String(this.#sessionSeconds);
    return { accessToken, tokenType: 'Bearer', expiresIn, additionalInfo: '' };
  }

  issueB2B2C(accountId: string, form: ClaimForm = 'dataText') {
    const claims = CLAIMS[form](accountId);
    const accessToken = this.#open(`customer ${accountId}`, accountId, claims);
    const expiresAt = this.#sessionEnd();
    const refreshExpiresAt = expiresAt + REFRESH_MS;
    const refreshToken = this.#jwt(refreshExpiresAt, claims);
    this.#refresh.set(refreshToken, { accountId, expiresAt: refreshExpiresAt });
    return {
      accessToken,
      tokenType: 'Bearer',
      accessTokenExpiryTime: this.#clock.iso(expiresAt),
      refreshToken,
      refreshTokenExpiryTime: this.#clock.iso(refreshExpiresAt),
      additionalInfo: '',
    };
  }

  issueAuthCode(accountId: string): string {
    const code = crypto.randomUUID();
    this.#remember(code);
    this.#authCodes.set(code, { accountId, expiresAt: this.#clock.now() + AUTH_CODE_MS });
    return code;
  }

  /** A code is exchanged once, and in time; or, where it is kept, for as long as the link lives. */
  redeemAuthCode(code: string, isKept = false): string {
    const known = this.#authCodes.get(code);
    if (!isKept) this.#authCodes.delete(code);
    if (!known || (!isKept && known.expiresAt < this.#clock.now())) {
      throw new Refusal(401, '00', 'Unauthorized. Invalid authCode');
    }
    return known.accountId;
  }

  redeemRefreshToken(token: string): string {
    const known = this.#refresh.get(token);
    if (!known || known.expiresAt < this.#clock.now()) {
      throw new Refusal(401, '00', 'Unauthorized. Invalid refreshToken');
    }
    return known.accountId;
  }

  /** Whose authCode or refresh token it is. */
  accountOf(grant: unknown): string | undefined {
    const known = this.#authCodes.get(grant as string) ?? this.#refresh.get(grant as string);
    return known?.accountId;
  }

  /** @throws Refusal 401xx01 or 401xx03 */
  checkB2B(token: string): void {
    const session = this.#sessions.get(token);
    if (!session || session.accountId !== undefined)
      throw new Refusal(401, '03', 'Token Not Found (B2B)');
    if (!this.#isValid(token, session)) throw new Refusal(401, '01', 'Invalid Token (B2B)');
    session.expiresAt = this.#sessionEnd();
  }

  /** @returns whose token it is. @throws Refusal 401xx02 or 401xx04 */
  checkB2B2C(token: string | undefined): string {
    const session = token === undefined ? undefined : this.#sessions.get(token);
    if (!session?.accountId || token === undefined)
      throw new Refusal(401, '04', 'Customer Token Not Found');
    if (!this.#isValid(token, session)) throw new Refusal(401, '02', 'Invalid Customer Token');
    session.expiresAt = this.#sessionEnd();
    return session.accountId;
  }

  /** The merchant's token is good no longer. */
  endB2B(): void {
    this.#latest.delete('merchant');
  }

  /** A customer's token is good no longer; its refresh token is. */
  endB2B2C(accountId: string): void {
    this.#latest.delete(`customer ${accountId}`);
  }

  /** Ends what an account's customer holds, the refresh token included. */
  revoke(accountId: string): void {
    this.endB2B2C(accountId);
    for (const [token, refresh] of this.#refresh) {
      if (refresh.accountId === accountId) this.#refresh.delete(token);
    }
  }

  /** Ends what was handed out for an account's link. */
  forgetAuthCodes(accountId: string): void {
    for (const [code, known] of this.#authCodes)
      if (known.accountId === accountId) this.#authCodes.delete(code);
  }

  /** To be kept over a restart. */
  contents() {
    return {
      sessions: this.#sessions,
      latest: this.#latest,
      refresh: this.#refresh,
      authCodes: this.#authCodes,
    };
  }

  restore(contents: ReturnType<Tokens['contents']>): void {
    this.#sessions = contents.sessions;
    this.#latest = contents.latest;
    this.#refresh = contents.refresh;
    this.#authCodes = contents.authCodes;
  }

  reset(): void {
    this.#sessions.clear();
    this.#latest.clear();
    this.#refresh.clear();
    this.#authCodes.clear();
    this.#sessionSeconds = SESSION_SECONDS;
  }

  #sessionEnd(): number {
    return this.#clock.now() + this.#sessionSeconds * 1_000;
  }

  #isValid(token: string, session: Session): boolean {
    return this.#latest.get(session.owner) === token && session.expiresAt > this.#clock.now();
  }

  #open(owner: string, accountId: string | undefined, claims: Claims | undefined): string {
    const expiresAt = this.#sessionEnd();
    const token = this.#jwt(expiresAt, claims);
    const previous = this.#latest.get(owner);
    // A superseded token is remembered, to tell "invalid" from "never issued"; the one before it is not.
    const superseded = previous ? this.#sessions.get(previous) : undefined;
    if (superseded) superseded.expiresAt = 0;
    this.#sessions.set(token, { owner, accountId, expiresAt });
    this.#latest.set(owner, token);
    return token;
  }

  /** Without claims, no JWT but a text that says nothing. */
  #jwt(expiresAt: number, claims: Claims | undefined): string {
    if (!claims) return this.#remember(crypto.randomBytes(48).toString('base64url'));
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const issuedAt = Math.floor(this.#clock.now() / 1_000);
    const head = encode({ alg: 'RS256', typ: 'JWT' });
    const body = encode({
      exp: Math.floor(expiresAt / 1_000),
      nbf: issuedAt,
      iss: 'DOKU',
      iat: issuedAt,
      jti: crypto.randomUUID(),
      clientId: this.#clientId,
      ...claims,
    });
    const signature = crypto.sign('sha256', Buffer.from(`${head}.${body}`), this.#signingKey);
    return this.#remember(`${head}.${body}.${signature.toString('base64url')}`);
  }

  #remember(secret: string): string {
    this.#handedOut.add(secret);
    const [oldest] = this.#handedOut;
    if (this.#handedOut.size > REMEMBERED && oldest) this.#handedOut.delete(oldest);
    return secret;
  }
}
