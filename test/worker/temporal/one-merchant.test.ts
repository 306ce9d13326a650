import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { merchantSessionWorkflowId } from '../../../contract/identity.js';
import { Acceptance } from '../../../worker/doors/acceptance.js';
import { Readiness } from '../../../worker/doors/readiness.js';
import { startDevServer } from '../../../worker/local/dev-server.js';
import {
  isOtherMerchantThere,
  OTHER_MERCHANT,
  OtherMerchantError,
  refuseOtherMerchant,
} from '../../../worker/temporal/one-merchant.js';
import { rsaPair } from '../../setting/key-pairs.js';
import { clientWith, newPayloadKey } from '../../setting/payload-keys.js';
import { eventually } from '../../setting/shop.js';
import { WorkerProcess } from '../../setting/worker-process.js';

const OURS = 'BRN-OURS';
const merchant = (clientId: string) => ({ clientId, taskQueue: 'doku-journeys' });
const { privateKey } = rsaPair();

describe('one namespace has one merchant', () => {
  let temporal: TestWorkflowEnvironment;
  let connection: Connection;
  const keys = newPayloadKey('ours');
  before(async () => {
    temporal = await startDevServer();
    connection = await Connection.connect({ address: temporal.address });
  });
  after(async () => {
    await connection?.close();
    await temporal?.teardown();
  });

  /** Its session, which nobody works on here; it ends with `run`. */
  async function atWork(clientId: string, client: Client, run: () => Promise<void>): Promise<void> {
    const session = await client.workflow.start('merchantSession', {
      workflowId: merchantSessionWorkflowId(clientId),
      taskQueue: `nowhere-${randomUUID()}`,
      args: [{ clientId }],
    });
    const isListed = async () => (await countOf(session.workflowId)) === 1;
    await eventually(isListed, Boolean);
    try {
      await run();
    } finally {
      await session.terminate();
      await eventually(isListed, (is) => !is);
    }
  }

  const countOf = async (workflowId: string) => {
    const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Running'`;
    return (await clientWith(connection, keys).workflow.count(query)).count;
  };
  /** Ends its session, where there is one. */
  const end = async (clientId: string) => {
    const workflowId = merchantSessionWorkflowId(clientId);
    const session = clientWith(connection, keys).workflow.getHandle(workflowId);
    await session.terminate().catch(() => {});
    await eventually(
      () => countOf(workflowId),
      (count) => count === 0,
    );
  };
  const startedWorker = (environment: Readonly<Record<string, string>> = {}) =>
    new WorkerProcess({
      TEMPORAL_ADDRESS: temporal.address,
      DOKU_CLIENT_ID: OURS,
      DOKU_CLIENT_SECRET: 'SK-secret',
      DOKU_PRIVATE_KEY: privateKey,
      PAYLOAD_KEYS: keys,
      ...environment,
    });

  test('a worker does not start beside another merchant with the same payload keys, and says what to do', async () => {
    await atWork('BRN-OTHER', clientWith(connection, keys), async () => {
      const worker = startedWorker();
      assert.equal(await worker.exited(), 1);
      assert.match(worker.output, /worker: DOKU_CLIENT_ID: another merchant is at work/);
      assert.match(worker.output, /a namespace or payload keys of its own/);
      assert.doesNotMatch(worker.output, /BRN-OTHER|BRN-OURS/);
    });
    const worker = startedWorker();
    try {
      await eventually(
        async () => worker.output,
        (output) => output.includes('worker is ready'),
      );
    } finally {
      await worker.end('SIGTERM');
      await end(OURS);
    }
  });

  test('its own session, that of other payload keys, and what anybody begins by that name are no other merchant', async () => {
    const client = clientWith(connection, keys);
    const goesOn = async () => assert.equal(await isOtherMerchantThere(client, OURS), false);
    await atWork(OURS, client, goesOn);
    await atWork('BRN-APART', clientWith(connection, newPayloadKey('theirs')), goesOn);
    await atWork('BRN-NOBODY', temporal.client, goesOn);
  });

  test('a Temporal that does not tell keeps no worker from its work', async () => {
    const gone = await Connection.connect({ address: temporal.address });
    await gone.close();
    await refuseOtherMerchant(clientWith(gone, keys), merchant(OURS));
  });

  test('one that has needed no token yet is known all the same', async () => {
    const client = clientWith(connection, keys);
    await refuseOtherMerchant(client, merchant('BRN-EARLY'));
    const session = client.workflow.getHandle(merchantSessionWorkflowId('BRN-EARLY'));
    await eventually(
      () => countOf(session.workflowId),
      (count) => count === 1,
    );
    await assert.rejects(refuseOtherMerchant(client, merchant('BRN-LATE')), OtherMerchantError);
    // What was refused leaves nothing that would keep the first one from starting again.
    await refuseOtherMerchant(client, merchant('BRN-EARLY'));
    await end('BRN-EARLY');
  });

  test('of two that begin at once one is told, at the latest once both are at work', async () => {
    const client = clientWith(connection, keys);
    const ids = ['BRN-ONE', 'BRN-TWO'];
    const begun = await Promise.allSettled(
      ids.map((id) => refuseOtherMerchant(client, merchant(id))),
    );
    const isOneRefused = begun.some(({ status }) => status === 'rejected');
    const readinessOf = (clientId: string) =>
      new Readiness({
        ...{ client, clientId, acceptance: new Acceptance() },
        worker: () => undefined,
      }).reasons();
    const told = await eventually(
      async () => (await Promise.all(ids.map(readinessOf))).flat(),
      (reasons) => isOneRefused || reasons.includes(OTHER_MERCHANT),
    );
    assert.ok(isOneRefused || told.includes(OTHER_MERCHANT));
    for (const id of ids) await end(id);
  });
});
