/**
 * Calls that name no journey. When they break, they break for all of a merchant's journeys at once, so each of their
 * breakdowns has a merchant to itself.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { merchantSessionWorkflowId } from '../../contract/identity.js';
import type { Merchant } from '../setting/merchant.js';

/** What is to be had of a merchant, whether its worker is a process of its own or not. */
export type Site = Pick<Merchant, 'sandbox' | 'shop' | 'client' | 'renewWorker'>;

export interface MerchantWide {
  /** Brings the merchant to where every journey that goes on has to make the call. */
  readonly upset: (site: Site) => Promise<void>;
  /** How long the call stays broken. */
  readonly lastsMs: number;
}

/** Longer than a worker waits for a token, so that each journey learns that there is none. */
const TOKEN_LASTS_MS = 13_000;

/** However short a token's life is, it is used until shortly before its end. */
const SHORT_LIFE_MS = 4_000;

/** How a merchant comes to be without a good token. */
export const TOKEN_LOSSES = {
  /** Nobody has one: neither the entity that holds it for the fleet nor a worker. */
  missing: async ({ client, sandbox, renewWorker }) => {
    const session = client.workflow.getHandle(merchantSessionWorkflowId(sandbox.clientId));
    await session.terminate('proof').catch((error) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
    await renewWorker();
  },
  /** The fleet knows that its token's end has come, and asks for another before it sends anything. */
  expired: async ({ shop }) => {
    await shop.doku.call('POST', 'tokens/lifetime', { seconds: SHORT_LIFE_MS / 1_000 });
    await shop.doku.call('POST', 'tokens/supersede', {});
    const { accountId } = await shop.doku.account();
    await shop.journeys.reads.account(accountId);
    await shop.doku.call('POST', 'tokens/lifetime', { seconds: 900 });
    await setTimeout(SHORT_LIFE_MS);
  },
  /** The fleet trusts its token, and DOKU refuses it. */
  refused: async ({ shop }) => {
    await shop.doku.call('POST', 'tokens/supersede', {});
  },
} satisfies Record<string, MerchantWide['upset']>;

export const withoutToken = (loss: keyof typeof TOKEN_LOSSES): MerchantWide => ({
  upset: TOKEN_LOSSES[loss],
  lastsMs: TOKEN_LASTS_MS,
});

/** Nothing is left of the corporate balance, so that journeys have to ask for it. */
export const WITHOUT_FUNDS: MerchantWide = {
  upset: async ({ shop }) => {
    await shop.doku.call('POST', 'corporate/balance', { set: '0.00' });
  },
  lastsMs: 4_000,
};
