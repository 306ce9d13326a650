import { randomUUID } from 'node:crypto';
import { startSandbox } from '../../sandbox/server.js';
import { SandboxControl } from './sandbox-control.js';
import { SignedCaller } from './signed-caller.js';

export const BALANCE = 'b2b2c/v1.0/balance-inquiry';
export const PAY = 'b2b2c/v1.0/debit/payment-host-to-host';
export const money = (value: string) => ({ value, currency: 'IDR' });

/** A sandbox alone, without a worker, and callers signed in to it, each for a customer of its own. */
export async function startSignedSandbox() {
  const sandbox = await startSandbox({ port: 0 });
  const doku = new SandboxControl(sandbox.url);

  async function merchant(overrides: Record<string, unknown> = {}) {
    const account = await doku.account({ bound: true, ...overrides });
    return { account, caller: await new SignedCaller(sandbox).signIn(account.authCode) };
  }

  async function paidPurchase(value = '10000.00') {
    const { account, caller } = await merchant();
    const partnerReferenceNo = randomUUID();
    await caller.call(PAY, { partnerReferenceNo, amount: money(value) });
    await doku.customer(partnerReferenceNo, 'pay');
    return { account, caller, partnerReferenceNo };
  }

  return { sandbox, doku, merchant, paidPurchase, close: sandbox.close };
}
