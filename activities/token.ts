/**
 * The only callers of DOKU's token endpoints, run by the `merchantSession` and `wallet` entities
 * (money rule 9).
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  customerNotBoundError,
  foreignAuthCodeError,
  unprovenAuthCodeError,
} from '../contract/errors.js';
import type { CustomerGrant } from '../contract/wallet.js';
import { recoveredAuthCode, shownBinding } from './account-inquiry.js';
import { ToldFailure } from './calling/told-failure.js';
import type { AccountOwners } from './journeys/account-owner.js';
import type { SnapClient } from './snap/client.js';
import type { TokenB2B2CResponse } from './snap/endpoints/token-b2b2c.js';
import type { Outcome } from './snap/outcome.js';
import { namesAccount } from './snap/token-account.js';
import type { TokenClient } from './snap/token-client.js';
import { tokenExpiry } from './snap/token-expiry.js';

/** A token as DOKU issued it. Secret. */
export interface Grant {
  readonly accessToken: string;
  /** ISO 8601 with offset. */
  readonly expiresAt: string;
}

/** Which binding a token is for. */
export interface BindingKey {
  readonly accountId: string;
  readonly linkId?: string;
}

export interface CodeToExchange extends BindingKey {
  /** Nothing of entities that began before accounts had owners. */
  readonly customerId?: string;
  /** Secret. */
  readonly authCode: string;
  /**
   * Whether what Account Inquiry shows of this binding may speak for whoever brought the code: by the worker's setting
   * `BINDING_BY_INQUIRY`, or an operator's word. Without it only the code itself counts, as anybody may have started the opening.
   */
  readonly isProven?: boolean;
}

/** What an attempt leaves to the next one, which is made only where there was no clear answer. */
const SENT = 'sent';
const PAUSES_MS = [500, 1_000, 2_000, 4_000];
/** An attempt that Temporal ends in the middle of it would count as one without a clear answer. */
const INSISTS_FOR_MS = 10_000;

export function createTokenActivities(
  snap: SnapClient,
  tokens: TokenClient,
  owners: Pick<AccountOwners, 'claim' | 'note'>,
  absentAfterMs: number,
  now: () => Date,
) {
  const exchange = (authCode: string) =>
    granted(tokens.tokenB2B2C({ grantType: 'authorization_code', authCode }), now());

  /** DOKU may refuse everybody for a moment, and nothing tells that from a code that is not good. */
  const insistently = async (authCode: string) => {
    const until = performance.now() + INSISTS_FOR_MS;
    for (const pauseMs of PAUSES_MS) {
      const grant = await exchange(authCode);
      if (grant !== 'refused' || performance.now() + pauseMs > until) return grant;
      await setTimeout(pauseMs);
    }
    return exchange(authCode);
  };

  /**
   * With a code that DOKU has just handed out for a binding that it shows: whose it is needs no other proof, and what DOKU
   * refuses is not the customer.
   */
  const exchangeOwn = async ({ accountId }: BindingKey, authCode: string) => {
    const grant = await exchange(authCode);
    if (grant === 'refused') throw notIssued('DOKU refuses its own authCode');
    if (namesAccount(grant.accessToken, accountId) === 'another') throw foreign();
    return grant;
  };

  /**
   * Where the token itself does not name its account, DOKU's own code of this binding brings one that is surely its; but
   * whoever brought the first code may have another account.
   */
  const proven = async (
    grant: CustomerGrant,
    key: BindingKey,
    isProven: boolean,
  ): Promise<CustomerGrant> => {
    switch (namesAccount(grant.accessToken, key.accountId)) {
      case 'this':
        return grant;
      case 'another':
        throw foreign();
      default: {
        const authCode = isProven ? await readableAuthCode(key) : undefined;
        if (authCode === undefined) throw unproven();
        return exchangeOwn(key, authCode);
      }
    }
  };

  /** DOKU's own code of this binding, where it gives one that the worker's secret opens. */
  const readableAuthCode = async ({ accountId, linkId }: BindingKey) => {
    try {
      return await recoveredAuthCode(snap, accountId, linkId);
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      return undefined;
    }
  };

  /** By the refresh token, if DOKU still takes it and what it brings is of this account. */
  const refreshed = async (key: BindingKey, refreshToken: string) => {
    const grant = await granted(
      tokens.tokenB2B2C({ grantType: 'refresh_token', refreshToken }),
      now(),
    );
    if (grant === 'refused') return undefined;
    const named = namesAccount(grant.accessToken, key.accountId);
    if (named === 'another') return undefined;
    // The refresh token came with a proven one, so DOKU only has to show that its binding is still there.
    if (named === 'unnamed' && !(await isShown(key))) return undefined;
    return { refreshToken, ...grant };
  };

  const isShown = async ({ accountId, linkId }: BindingKey) => {
    const shown = await shownBinding(snap, accountId);
    return shown !== undefined && (linkId === undefined || shown.linkId === linkId);
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
     * A code is good for one exchange, so one whose answer was lost is refused the second time, as one is that somebody made
     * up (money rule 8). Account Inquiry hands out another only where `isProven` says that it may.
     *
     * @throws ApplicationFailure, not retryable: `ForeignAuthCode` for the code of another account, `UnprovenAuthCode` where
     * nothing tells whose it is, `AccountTaken` where the account is another customer's.
     */
    async exchangeAuthCode(input: CodeToExchange): Promise<CustomerGrant | 'refused'> {
      const { customerId, accountId, authCode, linkId, isProven = linkId !== undefined } = input;
      if (customerId !== undefined) await owners.claim(accountId, customerId);
      const { info } = Context.current();
      const mayBeUsedUp = info.heartbeatDetails === SENT;
      Context.current().heartbeat(SENT);
      const grant = mayBeUsedUp ? await exchange(authCode) : await insistently(authCode);
      if (grant !== 'refused') return proven(grant, input, isProven);
      if (!mayBeUsedUp) return 'refused';
      if (!isProven) throw unproven();
      const recovered = await recoveredAuthCode(snap, accountId, linkId);
      return recovered === undefined ? 'refused' : exchangeOwn(input, recovered);
    },

    /**
     * A new token without the customer: by the refresh token or, failing that, by a new authCode.
     *
     * @throws ApplicationFailure `CustomerNotBound`, not retryable, when DOKU does not show this binding any more.
     */
    async renewCustomerToken(
      input: BindingKey & { customerId?: string; refreshToken?: string; since?: string },
    ): Promise<CustomerGrant> {
      const { customerId, refreshToken, since, ...key } = input;
      // Nobody waits for it: bindings that are older than claims are claimed sooner or later.
      if (customerId !== undefined) owners.note(key.accountId, customerId).catch(() => undefined);
      const grant = refreshToken && (await refreshed(key, refreshToken));
      if (grant) return grant;
      // Only of this binding: the account's next one may be another customer's.
      const authCode = await recoveredAuthCode(snap, key.accountId, key.linkId);
      if (authCode === undefined) {
        // DOKU's books may lag behind a binding that was just made (money rule 3).
        const isYoung = since !== undefined && now().getTime() - Date.parse(since) < absentAfterMs;
        if (isYoung) throw notIssued('DOKU does not show the new binding yet');
        throw ApplicationFailure.nonRetryable(
          'DOKU knows no binding of this customer',
          customerNotBoundError.type,
        );
      }
      return exchangeOwn(key, authCode);
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

const whyOf = ({ kind, responseCode, externalId }: Outcome<unknown>) =>
  `${kind} (${responseCode ?? 'no code'}, X-EXTERNAL-ID ${externalId})`;

const notIssued = (why: string) =>
  ToldFailure.create({ message: `DOKU issued no token: ${why}`, type: 'TokenNotIssued' });

/**
 * An authCode comes through the customer's browser. One of another account must not bind that account's money to this
 * customer.
 */
const foreign = () =>
  ApplicationFailure.nonRetryable(
    'the authCode belongs to another DOKU account',
    foreignAuthCodeError.type,
  );

const unproven = () =>
  ApplicationFailure.nonRetryable(
    'nothing tells whose account the code is of: its token does not, or its answer was lost',
    unprovenAuthCodeError.type,
  );
