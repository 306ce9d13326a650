/**
 * The tokens that this merchant gives DOKU for its notifications: signed, so that every worker of the fleet knows
 * those of the others.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { SnapCredentials } from '../../../activities/snap/credentials.js';

/** What DOKU's SDKs give and expect (doku-api §12.1). */
const LIFETIME_SECONDS = 900;
const ALGORITHM = 'RS256';
const AUDIENCE = 'doku-notifications';

export interface NotificationTokens {
  /** Seconds. */
  readonly lifetime: number;
  issue(): Promise<string>;
  isValid(token: string): Promise<boolean>;
}

/** @param credentials - the merchant's, read anew for each token: with two keys the first signs, and both verify. */
export function notificationTokens(
  credentials: Pick<SnapCredentials, 'clientId' | 'privateKey' | 'secondPrivateKey'>,
): NotificationTokens {
  const { clientId } = credentials;
  const pairs = new Map<string, KeyPair>();
  const pairOf = (pem: string) => {
    const known = pairs.get(pem);
    if (known) return known;
    // Two are in use; those that were are let go.
    if (pairs.size > 1) pairs.clear();
    const pair = { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
    pairs.set(pem, pair);
    return pair;
  };
  pairOf(credentials.privateKey);

  const isSignedBy = async (token: string, { publicKey }: KeyPair) => {
    try {
      const expected = { algorithms: [ALGORITHM], issuer: clientId, audience: AUDIENCE };
      await jwtVerify(token, publicKey, expected);
      return true;
    } catch {
      return false;
    }
  };

  return {
    lifetime: LIFETIME_SECONDS,
    issue: () =>
      new SignJWT({ clientId })
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(clientId)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS} s`)
        .sign(pairOf(credentials.privateKey).privateKey),
    isValid: async (token) => {
      const { privateKey, secondPrivateKey } = credentials;
      if (await isSignedBy(token, pairOf(privateKey))) return true;
      return secondPrivateKey !== undefined && isSignedBy(token, pairOf(secondPrivateKey));
    },
  };
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
