import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, neededIn, textIn } from '../text.js';

/** Token B2B2C (doku-api §10.1b): a customer's token, from an authCode or a refresh token. */
export const tokenB2B2C = endpoint({
  operation: 'tokenB2B2C',
  serviceCode: '74',
  movesMoney: false,
  request: z.strictObject({
    grantType: z.enum(['authorization_code', 'refresh_token']),
    authCode: given.optional(),
    refreshToken: given.optional(),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    accessToken: neededIn,
    /** Trusted over the 900 s that DOKU also documents. */
    accessTokenExpiryTime: textIn,
    refreshToken: textIn,
    refreshTokenExpiryTime: textIn,
  }),
  echoes: [],
});
export type TokenB2B2CRequest = RequestOf<typeof tokenB2B2C>;
export type TokenB2B2CResponse = ResponseOf<typeof tokenB2B2C>;
