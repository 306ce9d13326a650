import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { reset } from '../setting/resets.js';
import { idr, type Shop } from '../setting/shop.js';
import { REPLAY_KEYS } from './key.js';

const TASK_QUEUE = 'doku-journeys';
const ALLOW_DUPLICATE = 1;

/** What was encrypted long ago is begun, what has ended is begun again, and what has ended is reset. */
export async function recordCopies(shop: Shop, client: Client): Promise<void> {
  await begunLate(shop, client);
  await endedBefore(shop, client);
}

async function begunLate(shop: Shop, { connection }: Client): Promise<void> {
  const { customerId } = await shop.boundCustomer();
  const now = () => Date.now() - 3_600_000;
  const dataConverter = createDataConverter(payloadKeysOf(REPLAY_KEYS), { now });
  const late = new Client({ connection, dataConverter });
  const order = { partnerReferenceNo: 'BEGUN-LATE', customerId, amount: idr('500.00') };
  const options = { workflowId: 'top-up/BEGUN-LATE', taskQueue: TASK_QUEUE };
  await late.workflow.execute('topUp', { ...options, args: [order] }).catch(() => undefined);
}

async function endedBefore(shop: Shop, client: Client): Promise<void> {
  const { accountId, customerId } = await shop.boundCustomer({ balance: '50.00' });
  const hold = { customerId, amount: idr('500.00'), title: 't' };
  for (const partnerReferenceNo of ['BEGUN-AGAIN', 'RESET-AT-ITS-END'])
    await shop.journeys.authorizedPurchase
      .authorize({ partnerReferenceNo, ...hold })
      .catch(() => undefined);
  await shop.doku.call('POST', `accounts/${accountId}/balance`, { add: '9000.00' });
  // Later than an honest start comes.
  await setTimeout(1_500);
  const workflowId = 'authorized-purchase/BEGUN-AGAIN';
  const { namespace } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId },
  });
  const begun = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  await client.workflowService.startWorkflowExecution({
    namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: 'authorizedPurchase' },
    taskQueue: { name: TASK_QUEUE },
    input: begun?.input ?? null,
    workflowIdReusePolicy: ALLOW_DUPLICATE,
  });
  await client.workflow.getHandle(workflowId).result();
  await reset(client, 'authorized-purchase/RESET-AT-ITS-END');
  await shop.journeys.authorizedPurchase.result('RESET-AT-ITS-END');
}
