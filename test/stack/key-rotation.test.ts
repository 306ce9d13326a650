import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { startDevServer } from '../../worker/local/dev-server.js';
import { openMerchant } from '../setting/merchant.js';
import { clientWith, newPayloadKey } from '../setting/payload-keys.js';
import { QUICK } from '../setting/quick-stack.js';
import { eventually, Shop } from '../setting/shop.js';

test('a backend that encrypts with a key that its workers lack makes journeys wait for it, and fails none', async () => {
  const before = newPayloadKey('before');
  const both = `${newPayloadKey('after')},${before}`;
  const temporal = await startDevServer();
  try {
    const merchant = await openMerchant({ temporal, payloadKeys: before, environment: QUICK });
    try {
      const { customerId } = await merchant.shop.boundCustomer();
      const early = new Shop(clientWith(temporal.connection, both), merchant.sandbox.url);
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
