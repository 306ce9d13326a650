import type { Client } from '@temporalio/client';
import { visibilityQuery } from '../../temporal/visibility-query.js';
import { JOURNEY_KINDS, workflowTypeOf } from '../journeys/name.js';

/** Those that clients start, with an encrypted digest of their input. */
const STARTED_BY_CLIENTS = JOURNEY_KINDS.filter(
  (kind) => kind !== 'wallet' && kind !== 'finding' && kind !== 'recheck',
);

/**
 * Holds the keys against the newest journey: one that is told what its workers cannot read is stuck until they can.
 *
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError
 */
export async function assertKeysFit(client: Client): Promise<void> {
  const query = visibilityQuery({ workflowTypes: STARTED_BY_CLIENTS.map(workflowTypeOf) });
  for await (const _newest of client.workflow.list({ query, pageSize: 1 })) return;
}
