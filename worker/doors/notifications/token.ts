/**
 * The tokens that this merchant gives DOKU for its notifications: signed, so that every worker of the fleet knows
 * those of the others.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

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

/** @param privateKeyPem - the merchant's. */
export function notificationTokens(clientId: string, privateKeyPem: string): NotificationTokens {
  const privateKey: KeyObject = createPrivateKey(privateKeyPem);
  const publicKey = createPublicKey(privateKeyPem);
  return {
    lifetime: LIFETIME_SECONDS,
    issue: () =>
      new SignJWT({ clientId })
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(clientId)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS} s`)
        .sign(privateKey),
    isValid: async (token) => {
      try {
        await jwtVerify(token, publicKey, {
          algorithms: [ALGORITHM],
          issuer: clientId,
          audience: AUDIENCE,
        });
        return true;
      } catch {
        return false;
      }
    },
  };
}
