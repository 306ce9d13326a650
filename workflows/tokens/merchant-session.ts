import { continueAsNew, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { TokenActivities } from '../../activities/token.js';
import {
  type MerchantSessionInput,
  tokenRequestSchema,
  tokenUpdate,
} from '../../contract/merchant-session.js';
import { given, parsed } from '../mechanisms/bad-input.js';
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onUpdate } from '../mechanisms/messages.js';
import { TokenKeeper } from './keeper.js';

const { issueB2BToken } = proxyActivities<Pick<TokenActivities, 'issueB2BToken'>>({
  startToCloseTimeout: '12 seconds',
  // A caller waits for the answer; it comes back by itself when DOKU stays silent longer.
  scheduleToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 ms', maximumInterval: '5 seconds' },
  summary: 'Token B2B',
});

/**
 * Holds the B2B token of one DOKU client for the whole fleet of workers. Lives on; waits cost nothing.
 */
export async function merchantSession(input: MerchantSessionInput): Promise<void> {
  const { clientId, held: before } = given(input);
  const keeper = new TokenKeeper(() => issueB2BToken(), before);
  let served = 0;
  onUpdate(
    tokenUpdate,
    async ({ refusedGeneration }) => {
      served += 1;
      const token = await keeper.token(refusedGeneration);
      setCurrentDetails(`B2B token of ${clientId}, valid until ${token.expiresAt}`);
      return token;
    },
    { validator: (request) => void parsed(tokenRequestSchema, request, 'token') },
  );
  await untilHandOver(() => served);
  const held = keeper.held;
  await continueAsNew<typeof merchantSession>({ clientId, ...(held && { held }) });
}
