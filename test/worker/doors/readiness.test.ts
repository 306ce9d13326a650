import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { Acceptance } from '../../../worker/doors/acceptance.js';
import { startHealthServer } from '../../../worker/doors/health.js';
import { Readiness, type ReadinessOptions } from '../../../worker/doors/readiness.js';
import { startDevServer } from '../../../worker/local/dev-server.js';
import { eventually } from '../../setting/shop.js';

const POLLING = {
  getStatus: () => ({ workflowPollerState: 'POLLING', activityPollerState: 'POLLING' }) as const,
};
const report = (operation: 'tokenB2B' | 'purchase', outcome: 'succeeded' | 'unauthorized') => ({
  operation,
  outcome,
  ...(outcome === 'unauthorized' && { detail: 'signature' }),
  host: 'doku',
  durationMs: 1,
  externalId: '1',
  sends: 1,
  phase: 'answered' as const,
  sent: 'yes' as const,
});

describe('a worker is ready', () => {
  let temporal: TestWorkflowEnvironment;
  const clientOf = (namespace = 'default') =>
    new Client({ connection: temporal.nativeConnection, namespace });
  const readinessOf = (options: Partial<ReadinessOptions> = {}) =>
    new Readiness({
      clientId: 'BRN-OURS',
      client: clientOf(),
      worker: () => POLLING,
      acceptance: new Acceptance(),
      ...options,
    });
  /** A busy machine takes longer to answer than a probe waits. */
  const toldBy = (readiness: Readiness) =>
    eventually(
      () => readiness.reasons(),
      (reasons) => !reasons.includes('Temporal does not answer'),
    );
  const reasonsOf = (options: Partial<ReadinessOptions> = {}) => toldBy(readinessOf(options));
  before(async () => {
    temporal = await startDevServer();
  });
  let isGone = false;
  after(() => isGone || temporal?.teardown());

  test('where it polls, Temporal answers and has our search attributes', async () => {
    assert.deepEqual(await reasonsOf(), []);
  });

  test('not before it has started, nor where a poller has ended', async () => {
    assert.match(String(await reasonsOf({ worker: () => undefined })), /not started/);
    const getStatus = () =>
      ({ workflowPollerState: 'FAILED', activityPollerState: 'POLLING' }) as const;
    assert.match(String(await reasonsOf({ worker: () => ({ getStatus }) })), /workflow tasks/);
  });

  test('not where there is no such namespace, or it lacks our search attributes', async () => {
    assert.deepEqual(await reasonsOf({ client: clientOf('nowhere') }), [
      'Temporal has no namespace nowhere',
    ]);
    await temporal.client.workflowService.registerNamespace({
      namespace: 'bare',
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const reasons = await eventually(
      () => reasonsOf({ client: clientOf('bare') }),
      (reasons) => /search/.test(String(reasons)),
    );
    assert.deepEqual(
      reasons.map((reason) => /search attribute (\w+) is not registered/.exec(reason)?.[1]),
      ['JourneyStatus', 'CustomerId', 'PartnerReferenceNo'],
    );
  });

  test('as long as DOKU has accepted its credentials once, or none was tried', async () => {
    const acceptance = new Acceptance();
    acceptance.heard(report('purchase', 'unauthorized'));
    assert.match(String(await reasonsOf({ acceptance })), /DOKU_CLIENT_SECRET/);
    acceptance.heard(report('tokenB2B', 'unauthorized'));
    assert.match(String(await reasonsOf({ acceptance })), /DOKU_PRIVATE_KEY/);
    acceptance.heard(report('tokenB2B', 'succeeded'));
    acceptance.heard(report('purchase', 'succeeded'));
    acceptance.heard(report('purchase', 'unauthorized'));
    assert.deepEqual(await reasonsOf({ acceptance }), []);
  });

  test('and says why not, in place of a bare 503', async () => {
    const acceptance = new Acceptance();
    const readiness = readinessOf({ acceptance });
    await toldBy(readiness);
    const server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      state: () => 'RUNNING',
      reasons: () => readiness.reasons(),
    });
    try {
      assert.equal((await fetch(`${server.url}/ready`)).status, 200);
      acceptance.heard(report('purchase', 'unauthorized'));
      const refused = await fetch(`${server.url}/ready`);
      assert.equal(refused.status, 503);
      assert.match(await refused.text(), /DOKU refuses the signature/);
    } finally {
      await server.close();
    }
  });

  test('no longer where Temporal is gone', async () => {
    const connection = await NativeConnection.connect({ address: temporal.address });
    const client = new Client({ connection });
    const readiness = readinessOf({ client });
    assert.deepEqual(await toldBy(readiness), []);
    await temporal.teardown();
    isGone = true;
    const reasons = await eventually(
      () => readiness.reasons(),
      (reasons) => reasons.length > 0,
    );
    assert.deepEqual(reasons, ['Temporal does not answer']);
    await connection.close();
  });
});
