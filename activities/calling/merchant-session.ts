import { merchantSessionWorkflowId } from '../../contract/identity.js';
import type { MerchantSessionInput } from '../../contract/merchant-session.js';

/** How the session of a client ID is begun, by whoever comes first. */
export const merchantSessionStart = (clientId: string, taskQueue: string) => ({
  workflowId: merchantSessionWorkflowId(clientId),
  taskQueue,
  args: [{ clientId }] as [MerchantSessionInput],
  staticSummary: `B2B token of ${clientId}`,
});
