import { type Stack, startStack } from '../worker/local/stack.js';
import { Shop } from './shop.js';

/** The whole stack, giving up on a hanging DOKU quickly, so that faults cost the suite little. */
export async function startQuickStack(
  environment: Readonly<Record<string, string>> = {},
): Promise<Stack & { shop: Shop }> {
  const stack = await startStack({
    environment: {
      DOKU_SNAP_SETTINGS: '{"timeoutMs":2500}',
      LOG_LEVEL: 'error',
      POLL_FIRST_MS: '300',
      POLL_MOST_MS: '1000',
      ...environment,
    },
  });
  return { ...stack, shop: new Shop(stack.client, stack.sandbox.url) };
}
