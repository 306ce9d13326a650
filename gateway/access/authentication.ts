/**
 * Who asks: by an API key, or by a token of an issuer. Where both are configured either will do.
 *
 * @module
 */
import { issuerTokens, TokenRefusal, wordsIn } from '../../worker/doors/issuer-tokens.js';
import type { GatewayConfiguration } from '../configuration.js';
import { Problem } from '../problems/problem.js';
import type { Authenticate } from './caller.js';
import { isApiKey, keyAuthentication } from './keys.js';
import type { KeysFile } from './keys-file.js';

/** @returns nothing where neither is configured. */
export function authenticationOf(
  configuration: GatewayConfiguration,
  keysFile: KeysFile | undefined,
): Authenticate | undefined {
  const byKey = keysFile && keyAuthentication(() => keysFile.entries());
  const byIssuer = issuerAuthentication(configuration);
  if (!byKey || !byIssuer) return byKey ?? byIssuer;
  return (token) => (isApiKey(token) ? byKey(token) : byIssuer(token));
}

function issuerAuthentication(configuration: GatewayConfiguration): Authenticate | undefined {
  const { GATEWAY_ISSUER: issuer, GATEWAY_AUDIENCE: audience = [] } = configuration;
  const { GATEWAY_JWKS_URL: jwksUrl, GATEWAY_SCOPES_CLAIM: claim } = configuration;
  if (issuer === undefined) return undefined;
  const verified = issuerTokens({
    issuer,
    audience,
    payloadKeys: configuration.keys,
    ...(jwksUrl !== undefined && { jwksUrl }),
  });
  return async (token) => {
    try {
      const { who, payload } = await verified(token);
      return { who, scopes: wordsIn(payload, claim) };
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      const name = error.status === 401 ? 'Unauthenticated' : 'IssuerUnreachable';
      throw new Problem(name, error.message, { cause: error });
    }
  };
}
