/**
 * Access tokens of an OpenID Connect issuer: those that the Temporal UI passes on with `TEMPORAL_CODEC_PASS_ACCESS_TOKEN`.
 *
 * @module
 */
import { type IssuerOptions, issuerTokens, TokenRefusal, wordsIn } from '../issuer-tokens.js';
import type { Authenticate } from './reader.js';
import { CodecRefusal } from './refusal.js';

export interface ReaderIssuerOptions extends IssuerOptions {
  /** A claim's name, or a path such as `realm_access.roles`: a list, or words in a text. */
  readonly rolesClaim: string;
  readonly storyRoles: readonly string[];
  readonly personalDataRoles: readonly string[];
}

export function issuerAuthentication(options: ReaderIssuerOptions): Authenticate {
  const { rolesClaim, storyRoles, personalDataRoles } = options;
  const verified = issuerTokens(options);
  return async (token) => {
    const { who, payload } = await verified(token).catch((error: unknown) => {
      throw error instanceof TokenRefusal ? new CodecRefusal(error.status, error.message) : error;
    });
    const held = wordsIn(payload, rolesClaim);
    const mayReadPersonalData = personalDataRoles.some((role) => held.includes(role));
    if (!mayReadPersonalData && !storyRoles.some((role) => held.includes(role)))
      throw new CodecRefusal(403, 'no role of this user may read');
    return { who, mayReadPersonalData };
  };
}
