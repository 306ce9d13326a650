import * as z from 'zod';
import { invalidFormat, missingField, Refusal } from '../books/refusal.js';
import { additionalInfo, optionalText } from '../exchange/fields.js';
import { type Call, operation } from '../exchange/operation.js';
import { lifetimesIn } from '../temperaments/lifetimes.js';

export const tokenB2B = operation({
  name: 'tokenB2B',
  serviceCode: '73',
  paths: ['/authorization/v1/access-token/b2b'],
  auth: 'client',
  body: z.looseObject({ grantType: z.string(), additionalInfo }),
  run: ({ doku, body, mood }) => {
    if (body.grantType.toLowerCase() !== 'client_credentials') throw invalidFormat('grantType');
    const issued = doku.tokens.issueB2B();
    const endsAt = doku.clock.now() + Number(issued.expiresIn) * 1_000;
    return { ...issued, ...lifetimesIn(mood, doku.clock, { expiresIn: endsAt }) };
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
  run: (call) => {
    const { doku, mood } = call;
    const accountId = accountIn(call);
    if (!doku.accounts.linkedBinding(accountId))
      throw new Refusal(401, '00', 'Unauthorized. Account is not bound');
    const issued = doku.tokens.issueB2B2C(accountId, mood.use('namesAccount')?.form);
    const ends = {
      accessTokenExpiryTime: Date.parse(issued.accessTokenExpiryTime),
      refreshTokenExpiryTime: Date.parse(issued.refreshTokenExpiryTime),
    };
    return { ...issued, ...lifetimesIn(mood, doku.clock, ends) };
  },
});

interface Grant {
  readonly grantType: string;
  readonly authCode: string | undefined;
  readonly refreshToken: string | undefined;
}

function accountIn({ doku, mood, body }: Call<Grant>): string {
  switch (body.grantType.toLowerCase()) {
    case 'authorization_code':
      if (!body.authCode) throw missingField('authCode');
      return doku.tokens.redeemAuthCode(body.authCode, mood.use('keepsAuthCodes') !== undefined);
    case 'refresh_token':
      if (!body.refreshToken) throw missingField('refreshToken');
      return doku.tokens.redeemRefreshToken(body.refreshToken);
    default:
      throw invalidFormat('grantType');
  }
}
