import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { walletOf } from '../books/ledger.js';
import { rupiahOf } from '../books/rupiah.js';
import type { Doku } from '../doku/index.js';
import { found, parsed } from './input.js';

const requestFilter = z
  .strictObject({ operation: z.string(), partnerReferenceNo: z.string() })
  .partial();

export function inspection(scope: FastifyInstance, doku: Doku): void {
  scope.get('/health', async () => ({
    status: 'ok',
    now: doku.clock.iso(),
    dokuPublicKey: doku.publicKeyPem,
  }));
  scope.get('/ledger', async () => doku.ledger.toJSON());
  scope.get('/requests', async (request) => ({
    requests: doku.requests.list(parsed(requestFilter, request.query)),
  }));
  // For whoever looks whether one of them is seen where it must not be.
  scope.get('/secrets', async () => ({
    ...doku.accounts.personal,
    tokens: doku.tokens.handedOut,
  }));
  scope.get('/otp', async (request) => {
    const { phoneNo = '' } = request.query as { phoneNo?: string };
    return { otp: found(doku.accounts.latestOtp(phoneNo), 'OTP') };
  });
  scope.get('/accounts/:accountId', async (request) => {
    const { accountId } = request.params as { accountId: string };
    const account = found(doku.accounts.get(accountId), 'account');
    return {
      accountId,
      name: account.name,
      balance: rupiahOf(doku.ledger.balance(walletOf(accountId))),
      status: account.status,
      isBound: doku.accounts.linkedBinding(accountId) !== undefined,
    };
  });
}
