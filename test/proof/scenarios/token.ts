/**
 * The token calls are calls of the journeys too: a token is lost when a journey needs it, and the call for another
 * breaks.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { TOKEN_LOSSES, WITHOUT_FUNDS, withoutToken } from '../merchant-wide.js';
import type { Scenario } from '../scenario.js';
import { closeAccount, openAccount } from './account.js';
import { refunds, takenBack } from './purchase.js';
import { topUp, topUpBatch } from './top-up.js';
import { authorizedPurchase, bankTransfer } from './transfer.js';

/** Each journey that moves money, up to where it does. */
const moving: readonly Scenario[] = [
  takenBack('purchaseCancel'),
  refunds('purchaseRefund', ['10000.00'], true),
  authorizedPurchase('authCapture'),
  topUp('topUp'),
  topUpBatch('topUp'),
  bankTransfer('transferBank'),
];

const everyJourney: readonly Scenario[] = [
  ...moving,
  openAccount('accountCreation'),
  closeAccount('accountUnbinding'),
];

/** The merchant's token, for all journeys at once. */
const b2b = (Object.keys(TOKEN_LOSSES) as (keyof typeof TOKEN_LOSSES)[]).flatMap((variant) =>
  // To a journey a missing token is as an expired one, so one journey speaks for all: nothing is sent before there is one.
  (variant === 'missing' ? everyJourney.slice(0, 1) : everyJourney).map(
    (scenario): Scenario => ({
      ...scenario,
      call: 'tokenB2B',
      variant,
      merchantWide: withoutToken(variant),
      ...(variant === 'missing' && { onlyFaults: true }),
    }),
  ),
);

/** Tries of the wallet's within which a worker gives up waiting for a customer's token. */
const TRIES = 6;

/**
 * A customer's token.
 *
 * @param loss - `supersede`: it is renewed by its refresh token; `revoke`: that one is refused too, so that Account
 * Inquiry has to hand out a code for another.
 */
const withoutCustomerToken = (
  scenario: Scenario,
  call: 'tokenB2B2C' | 'accountInquiry',
  loss: 'supersede' | 'revoke',
): Scenario => ({
  ...scenario,
  call,
  ...(loss === 'revoke' && { variant: 'revoked' }),
  prepare: async (shop) => {
    const prepared = await scenario.prepare(shop);
    const { accountId } = prepared;
    assert.ok(accountId !== undefined, `${scenario.journey} is about a wallet`);
    return {
      accountId,
      run: (plant) =>
        prepared.run(async () => {
          await shop.doku.call('POST', `accounts/${accountId}/tokens`, { action: loss });
          await plant(accountId, TRIES);
        }),
    };
  },
});

export const tokenScenarios: readonly Scenario[] = [
  ...moving.map((scenario) => withoutCustomerToken(scenario, 'tokenB2B2C', 'supersede')),
  withoutCustomerToken(takenBack('purchaseCancel'), 'tokenB2B2C', 'revoke'),
  withoutCustomerToken(takenBack('purchaseCancel'), 'accountInquiry', 'revoke'),
  ...b2b,
];

/** What is left of the corporate balance is asked for without a customer's name. */
export const fundsScenarios: readonly Scenario[] = [
  topUp('balanceInquiry'),
  topUpBatch('balanceInquiry'),
].map((scenario) => ({ ...scenario, merchantWide: WITHOUT_FUNDS }));
