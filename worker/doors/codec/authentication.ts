/**
 * Who asks the codec: by the Temporal UI's issuer, or by the token of one machine.
 *
 * @module
 */
import type { CodecConfiguration } from '../../configuration/codec.js';
import { issuerAuthentication } from './issuer.js';
import { machineTokenAuthentication } from './machine-token.js';
import type { Authenticate } from './reader.js';
import { CodecRefusal } from './refusal.js';

/** Where both are configured either will do: people come with the issuer's, the machine's own programs with its token. */
export function authenticationOf(configuration: CodecConfiguration): Authenticate {
  const { CODEC_ISSUER, CODEC_AUDIENCE = [], CODEC_JWKS_URL, CODEC_TOKEN } = configuration;
  const ways: Authenticate[] = [];
  if (CODEC_TOKEN !== undefined) {
    const mayReadPersonalData = configuration.CODEC_TOKEN_READS === 'personal-data';
    ways.push(machineTokenAuthentication(CODEC_TOKEN, mayReadPersonalData));
  }
  if (CODEC_ISSUER !== undefined) {
    ways.push(
      issuerAuthentication({
        issuer: CODEC_ISSUER,
        audience: CODEC_AUDIENCE,
        payloadKeys: configuration.keys,
        rolesClaim: configuration.CODEC_ROLES_CLAIM,
        storyRoles: configuration.CODEC_STORY_ROLES,
        personalDataRoles: configuration.CODEC_PERSONAL_DATA_ROLES,
        ...(CODEC_JWKS_URL !== undefined && { jwksUrl: CODEC_JWKS_URL }),
      }),
    );
  }
  return async (token) => {
    let refusal = new CodecRefusal(401, 'the token is not valid');
    for (const authenticate of ways) {
      try {
        return await authenticate(token);
      } catch (error) {
        if (!(error instanceof CodecRefusal)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  };
}
