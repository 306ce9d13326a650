import '../quiet.js';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Client } from '@temporalio/client';
import { createDataConverter, payloadKeysOf } from '../../worker/encryption.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { purchaseWorkflowId } from '../../workflows/identity.js';
import { openMerchant } from '../merchant.js';
import { QUICK } from '../quick-stack.js';
import { eventually, Shop } from '../shop.js';

test('a backend that encrypts with a key that its workers lack makes journeys wait for it, and fails none', async () => {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
  const before = key('before');
  const both = `${key('after')},${before}`;
  const temporal = await startDevServer();
  try {
    const clientWith = (keys: string) =>
      new Client({
        connection: temporal.connection,
        dataConverter: createDataConverter(payloadKeysOf(keys)),
      });
    const merchant = await openMerchant({
      temporal,
      client: clientWith(before),
      payloadKeys: before,
      environment: QUICK,
    });
    try {
      const { customerId } = await merchant.shop.boundCustomer();
      const early = new Shop(clientWith(both), merchant.sandbox.url);
      const order = early.order(customerId);
      await early.journeys.purchase.start(order);
      const redirect = early.journeys.purchase.redirect(order);
      const workflowId = purchaseWorkflowId(order.partnerReferenceNo);
      await eventually(
        () => merchant.client.workflow.getHandle(workflowId).fetchHistory(),
        ({ events }) => events?.some((event) => event.workflowTaskFailedEventAttributes) ?? false,
      );
      await merchant.renewWorker(both);
      assert.match((await redirect).webRedirectUrl, /^http/);
      await merchant.shop.doku.customer(order.partnerReferenceNo, 'pay');
      const result = await early.journeys.purchase.result(order.partnerReferenceNo);
      await early.assertProven(result, '10000.00');
    } finally {
      await merchant.stop();
    }
  } finally {
    await temporal.teardown();
  }
});
