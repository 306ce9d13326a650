import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { createDataConverter, payloadKeysOf } from '../../worker/encryption.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { eventually, Shop } from '../shop.js';
import { merchantOf, WorkerProcess } from '../worker-process.js';

describe('a worker that is told to stop', () => {
  let sandbox: Sandbox;
  let temporal: TestWorkflowEnvironment;
  let shop: Shop;
  const workers: WorkerProcess[] = [];
  let startWorker: () => WorkerProcess;
  before(async () => {
    sandbox = await startSandbox({ port: 0 });
    const keys = `test:${randomBytes(32).toString('base64')}`;
    const dataConverter = createDataConverter(payloadKeysOf(keys));
    temporal = await startDevServer({ dataConverter });
    shop = new Shop(new Client({ connection: temporal.connection, dataConverter }), sandbox.url);
    startWorker = () => {
      const worker = new WorkerProcess({
        TEMPORAL_ADDRESS: temporal.address,
        ...merchantOf(sandbox),
        PAYLOAD_KEYS: keys,
        LOG_LEVEL: 'warn',
      });
      workers.push(worker);
      return worker;
    };
  });
  after(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
    await temporal?.teardown();
    await sandbox?.close();
  });

  test('finishes the first task of a purchase, whose page still comes from its one request', async () => {
    const stopping = startWorker();
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    await shop.doku.fault({
      operation: 'purchase',
      fault: 'slow',
      when: 'after',
      delayMs: 4_000,
      match: { partnerReferenceNo },
    });
    const page = shop.journeys.purchase.redirect(order);
    await eventually(
      () => shop.doku.requests('purchase'),
      (arrived) => arrived.length > 0,
    );
    const ended = stopping.end('SIGTERM');
    startWorker();
    assert.ok((await page).webRedirectUrl);
    assert.equal(await ended, 0, stopping.output);
    await shop.doku.customer(partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(partnerReferenceNo);
    const result = await shop.journeys.purchase.result(partnerReferenceNo);
    await shop.assertProven(result, '10000.00');
    const asked = await shop.doku.requests(undefined, partnerReferenceNo);
    assert.deepEqual(
      asked.map(({ operation }) => operation),
      ['purchase', 'purchaseStatus'],
    );
  });
});
