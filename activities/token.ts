/**
 * The only callers of DOKU's token endpoints, run by the `merchantSession` and `wallet` entities
 * (money rule 6).
 *
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { customerNotBoundError, foreignAuthCodeError } from '../contract/errors.js';
import type { CustomerGrant } from '../contract/wallet.js';
import { recoveredAuthCode } from './account-inquiry.js';
import type { SnapClient } from './snap/client.js';
import type { TokenB2B2CResponse } from './snap/endpoints/token-b2b2c.js';
import type { Outcome } from './snap/outcome.js';
import type { TokenClient } from './snap/token-client.js';
import { tokenExpiry } from './snap/token-expiry.js';

/** A token as DOKU issued it. Secret. */
export interface Grant {
  readonly accessToken: string;
  /** ISO 8601 with offset. */
  readonly expiresAt: string;
}

export interface CustomerKey {
  readonly accountId: string;
}

export function createTokenActivities(snap: SnapClient, tokens: TokenClient, now: () => Date) {
  const exchange = async (accountId: string, authCode: string) => {
    const grant = await granted(
      tokens.tokenB2B2C({ grantType: 'authorization_code', authCode }),
      now(),
    );
    if (grant !== 'refused') assertOfAccount(grant, accountId);
    return grant;
  };

  /** With a code that DOKU has just handed out for a binding that it shows: what it refuses is not the customer. */
  const exchangeOwn = async (accountId: string, authCode: string) => {
    const grant = await exchange(accountId, authCode);
    if (grant === 'refused') throw notIssued('DOKU refuses its own authCode');
    return grant;
  };

  return {
    async issueB2BToken(): Promise<Grant> {
      const asked = now().getTime();
      const outcome = await tokens.tokenB2B();
      if (outcome.kind !== 'succeeded') throw notIssued(whyOf(outcome));
      const { accessToken, expiresIn } = outcome.response;
      return {
        accessToken,
        expiresAt: tokenExpiry(expiresIn, asked),
      };
    },

    /**
     * The customer's first token. `refused`: DOKU does not accept the code.
     *
     * A code is good for one exchange, so one whose answer was lost is refused the second time. If DOKU shows this
     * very binding, the customer has agreed to it with the PIN, and Account Inquiry hands out another code.
     */
    async exchangeAuthCode(
      input: CustomerKey & { authCode: string; linkId?: string },
    ): Promise<CustomerGrant | 'refused'> {
      const { accountId, authCode, linkId } = input;
      const granted = await exchange(accountId, authCode);
      if (granted !== 'refused' || linkId === undefined) return granted;
      const recovered = await recoveredAuthCode(snap, accountId, linkId);
      return recovered === undefined ? 'refused' : exchangeOwn(accountId, recovered);
    },

    /**
     * A new token without the customer: by the refresh token or, failing that, by a new authCode.
     *
     * @throws ApplicationFailure `CustomerNotBound`, not retryable, when DOKU knows no binding any more.
     */
    async renewCustomerToken(
      input: CustomerKey & { refreshToken?: string },
    ): Promise<CustomerGrant> {
      if (input.refreshToken !== undefined) {
        const refreshed = await granted(
          tokens.tokenB2B2C({ grantType: 'refresh_token', refreshToken: input.refreshToken }),
          now(),
        );
        if (refreshed !== 'refused') return { refreshToken: input.refreshToken, ...refreshed };
      }
      const authCode = await recoveredAuthCode(snap, input.accountId);
      if (authCode === undefined) {
        throw ApplicationFailure.nonRetryable(
          'DOKU knows no binding of this customer',
          customerNotBoundError.type,
        );
      }
      return exchangeOwn(input.accountId, authCode);
    },
  };
}

export type TokenActivities = ReturnType<typeof createTokenActivities>;

async function granted(
  asked: Promise<Outcome<TokenB2B2CResponse>>,
  askedAt: Date,
): Promise<CustomerGrant | 'refused'> {
  const outcome = await asked;
  switch (outcome.kind) {
    case 'succeeded':
      return {
        accessToken: outcome.response.accessToken,
        expiresAt: tokenExpiry(outcome.response.accessTokenExpiryTime, askedAt.getTime()),
        ...(outcome.response.refreshToken && { refreshToken: outcome.response.refreshToken }),
      };
    // DOKU documents no code for a used or unknown authCode: 401 is what its own helpers answer.
    case 'unauthorized':
    case 'refused':
      return 'refused';
    default:
      throw notIssued(whyOf(outcome));
  }
}

const whyOf = ({ kind, responseCode }: Outcome<unknown>) =>
  `${kind} (${responseCode ?? 'no code'})`;

const notIssued = (why: string) =>
  ApplicationFailure.create({ message: `DOKU issued no token: ${why}`, type: 'TokenNotIssued' });

/**
 * The authCode came through the customer's browser. A code of another account must not bind that
 * account's money to this customer. DOKU's customer token names its account in `additionalData`.
 */
function assertOfAccount(grant: CustomerGrant, accountId: string): void {
  const named = accountOf(grant.accessToken);
  if (named !== undefined && named !== accountId) {
    throw ApplicationFailure.nonRetryable(
      'the authCode belongs to another DOKU account',
      foreignAuthCodeError.type,
    );
  }
}

function accountOf(jwt: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    const data = JSON.parse(claims.additionalData);
    return typeof data.accountId === 'string' ? data.accountId : undefined;
  } catch {
    // A token without the claim names nobody; DOKU itself then guards the account.
    return undefined;
  }
}
