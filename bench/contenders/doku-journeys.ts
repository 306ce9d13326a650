import path from 'node:path';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import { DokuJourneys } from '../../client/index.js';
import { walletWorkflowId } from '../../contract/identity.js';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { builtProduct } from '../build.js';
import type { Contender, StartContender } from '../contender.js';
import { Program } from '../program.js';
import type { Site } from '../site.js';

const TASK_QUEUE = 'doku-journeys';

/** The product as it is shipped: its worker in a process of its own, its client in the backend. */
export const startDokuJourneys: StartContender = async (site, options = {}): Promise<Contender> => {
  const worker = await Program.start({
    args: [path.join(await builtProduct(), 'worker', 'main.js')],
    environment: environmentOf(site, options.pollMs ?? 3_000),
    isReady: (line) => line.includes('worker is ready'),
    ...(options.profileFolder && { profileFolder: options.profileFolder }),
  });
  try {
    const connection = await Connection.connect({ address: site.temporal.address });
    const client = new Client({
      connection,
      dataConverter: createDataConverter(payloadKeysOf(site.payloadKeys)),
    });
    await Promise.all(site.customers.map((customer) => bind(client, customer)));
    return {
      ...purchasesOf(new DokuJourneys({ client, taskQueue: TASK_QUEUE })),
      pids: [worker.pid],
      stop: async () => {
        await worker.stop();
        await connection.close();
      },
    };
  } catch (error) {
    await worker.stop();
    throw error;
  }
};

/** What a backend does with the product's client. */
export const purchasesOf = ({ purchase }: DokuJourneys): Omit<Contender, 'pids' | 'stop'> => ({
  name: 'doku-journeys',
  redirect: async ({ partnerReferenceNo, customerId, amount }) => {
    const { webRedirectUrl } = await purchase.redirect({
      partnerReferenceNo,
      customerId,
      amount: { value: amount, currency: 'IDR' },
      returnUrl: 'https://merchant.example/return',
    });
    return webRedirectUrl;
  },
  notified: (partnerReferenceNo) => purchase.notified(partnerReferenceNo),
  outcome: async (partnerReferenceNo) => (await purchase.result(partnerReferenceNo)).outcome,
});

/** What an operator would set. */
export function environmentOf(site: Site, pollMs: number): Record<string, string> {
  const { merchant } = site;
  return {
    TEMPORAL_ADDRESS: site.temporal.address,
    DOKU_BASE_URL: site.sandboxUrl,
    DOKU_CLIENT_ID: merchant.clientId,
    DOKU_CLIENT_SECRET: merchant.clientSecret,
    DOKU_PRIVATE_KEY: merchant.privateKey,
    DOKU_AUTH_CODE_SECRET: merchant.authCodeSecret,
    DOKU_SNAP_SETTINGS: JSON.stringify({ corporateAccountNo: merchant.corporateAccountNo }),
    DOKU_TASK_QUEUE: TASK_QUEUE,
    PAYLOAD_KEYS: site.payloadKeys,
    POLL_FIRST_MS: String(pollMs),
    POLL_FACTOR: '1',
    POLL_MOST_MS: String(pollMs),
    HEALTH_PORT: '0',
    SHUTDOWN_GRACE_MS: '1000',
  };
}

/** As `openAccount` does at its end. */
export async function bind(client: Client, customer: Site['customers'][number]): Promise<void> {
  const { customerId, accountId, linkId, authCode } = customer;
  await client.workflow.executeUpdateWithStart('bind', {
    args: [{ accountId, linkId, authCode }],
    startWorkflowOperation: new WithStartWorkflowOperation('wallet', {
      workflowId: walletWorkflowId(customerId),
      taskQueue: TASK_QUEUE,
      args: [{ customerId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  });
}
