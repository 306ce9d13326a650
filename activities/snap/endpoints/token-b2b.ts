import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, neededIn, textIn } from '../text.js';

/** Token B2B (doku-api §10.1a): the merchant's own token. */
export const tokenB2B = endpoint({
  operation: 'tokenB2B',
  serviceCode: '73',
  movesMoney: false,
  request: z.strictObject({
    grantType: z.literal('client_credentials'),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z.looseObject({
    accessToken: neededIn,
    expiresIn: textIn,
  }),
  echoes: [],
});
export type TokenB2BRequest = RequestOf<typeof tokenB2B>;
export type TokenB2BResponse = ResponseOf<typeof tokenB2B>;
