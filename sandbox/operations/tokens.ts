import * as z from 'zod';
import { invalidFormat, missingField, Refusal } from '../books/refusal.js';
import { additionalInfo, optionalText } from '../exchange/fields.js';
import { operation } from '../exchange/operation.js';

export const tokenB2B = operation({
  name: 'tokenB2B',
  serviceCode: '73',
  paths: ['/authorization/v1/access-token/b2b'],
  auth: 'client',
  body: z.looseObject({ grantType: z.string(), additionalInfo }),
  run: ({ doku, body }) => {
    if (body.grantType.toLowerCase() !== 'client_credentials') throw invalidFormat('grantType');
    return doku.tokens.issueB2B();
  },
});

export const tokenB2B2C = operation({
  name: 'tokenB2B2C',
  serviceCode: '74',
  paths: ['/authorization/v1/access-token/b2b2c'],
  auth: 'client',
  body: z.looseObject({
    grantType: z.string(),
    authCode: optionalText(256),
    refreshToken: optionalText(2048),
    additionalInfo,
  }),
  run: ({ doku, body }) => {
    const accountId = accountIn(
      body.grantType.toLowerCase(),
      body.authCode,
      body.refreshToken,
      doku,
    );
    if (!doku.accounts.linkedBinding(accountId))
      throw new Refusal(401, '00', 'Unauthorized. Account is not bound');
    return doku.tokens.issueB2B2C(accountId);
  },
});

function accountIn(
  grantType: string,
  authCode: string | undefined,
  refreshToken: string | undefined,
  { tokens }: Parameters<typeof tokenB2B.run>[0]['doku'],
): string {
  switch (grantType) {
    case 'authorization_code':
      if (!authCode) throw missingField('authCode');
      return tokens.redeemAuthCode(authCode);
    case 'refresh_token':
      if (!refreshToken) throw missingField('refreshToken');
      return tokens.redeemRefreshToken(refreshToken);
    default:
      throw invalidFormat('grantType');
  }
}
