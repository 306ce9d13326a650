import type { Stack } from '../../worker/local/stack.js';
import { Shop } from './shop.js';
import { startTestStack } from './stack.js';

/** Gives up on a hanging DOKU quickly and asks often, so that faults cost the suite little. */
export const QUICK: Readonly<Record<string, string>> = {
  DOKU_SNAP_SETTINGS: '{"timeoutMs":2500}',
  LOG_LEVEL: 'error',
  ABSENT_AFTER: '1 second',
  TRANSFER_ABSENT_AFTER: '5 seconds',
  POLL_FIRST_MS: '300',
  POLL_MOST_MS: '1000',
};

/** The whole stack, in a hurry. */
export async function startQuickStack(
  environment: Readonly<Record<string, string>> = {},
): Promise<Stack & { shop: Shop }> {
  const stack = await startTestStack({ environment: { ...QUICK, ...environment } });
  return { ...stack, shop: new Shop(stack.client, stack.sandbox.url) };
}
