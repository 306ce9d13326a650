import type { IssuedToken } from './merchant-session.js';

/**
 * How long before its end a token is no longer handed out, so that no request carries one that dies on the way. A share of
 * a short life, as a token that is never young enough would be renewed for every call, each renewal ending the one before
 * under calls that carry it (money rule 9).
 *
 * @param mostMs - for tokens that live long.
 * @param share - of a token's life, between 0 and 1.
 * @returns milliseconds.
 */
export function tokenMarginMs(
  token: Pick<IssuedToken, 'generation' | 'expiresAt'>,
  mostMs: number,
  share: number,
): number {
  // A generation is the time when the token was had, in milliseconds since 1970 or soon after that.
  const lifetimeMs = Date.parse(token.expiresAt) - token.generation;
  return Math.max(0, Math.min(mostMs, Math.floor(lifetimeMs * share)));
}
