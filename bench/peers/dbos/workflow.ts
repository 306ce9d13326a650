import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Order } from '../../contender.js';
import { isFinal, outcomeOf } from '../final.js';
import { CallFailedError, type PurchaseCalls } from '../purchase-calls.js';

export const REDIRECT = 'redirect';
export const NOTIFIED = 'notified';

export interface PurchaseInput extends Order {
  /** Milliseconds since 1970. */
  readonly payBy: number;
}

const RETRIED = {
  retriesAllowed: true,
  maxAttempts: 10,
  shouldRetry: (error: unknown) => !(error instanceof CallFailedError && error.isFinal),
};

/**
 * A purchase as DBOS's documentation writes a checkout: a step a call, an event with the page's URL, and a message with a
 * time-out between two questions.
 */
export const registerPurchase = (calls: PurchaseCalls, pollMs: number) =>
  DBOS.registerWorkflow(
    async ({ payBy, ...order }: PurchaseInput): Promise<string> => {
      const page = await DBOS.runStep(() => calls.requestPurchase(order), {
        name: 'requestPurchase',
        ...RETRIED,
      });
      await DBOS.setEvent(REDIRECT, page.webRedirectUrl);
      for (;;) {
        await DBOS.recv(NOTIFIED, { timeoutSeconds: pollMs / 1_000 });
        // The clock is read inside the step, so that a recovered workflow decides as it did before.
        const { status, isLate } = await DBOS.runStep(
          async () => ({ ...(await calls.queryPurchase(order)), isLate: Date.now() >= payBy }),
          { name: 'queryPurchase', ...RETRIED },
        );
        if (isFinal(status)) return outcomeOf(status);
        if (isLate)
          await DBOS.runStep(() => calls.cancelPurchase(order), {
            name: 'cancelPurchase',
            ...RETRIED,
          });
      }
    },
    { name: 'purchase' },
  );
