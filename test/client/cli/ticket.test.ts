import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Stack } from '../../../worker/local/stack.js';
import { Cli } from '../../setting/cli.js';
import { startQuickStack } from '../../setting/quick-stack.js';
import { eventually, type Shop } from '../../setting/shop.js';

describe('a ticket at DOKU can be filled in from show', () => {
  let stack: Stack & { shop: Shop };
  let shop: Shop;
  let cli: Cli;
  before(async () => {
    stack = await startQuickStack();
    shop = stack.shop;
    const { text } = stack.configuration.PAYLOAD_KEYS;
    cli = new Cli({ TEMPORAL_ADDRESS: stack.temporal.address, PAYLOAD_KEYS: text });
  });
  after(() => stack?.stop());

  const externalIdsOf = async (operation: string, partnerReferenceNo: string) =>
    (await shop.doku.requests(operation, partnerReferenceNo)).map(({ externalId }) => externalId);

  test('with the X-EXTERNAL-ID, code and words of a request that DOKU gave no clear answer to', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.doku.fault({ operation: 'purchase', fault: 'http500', when: 'before' });
    await shop.journeys.purchase.redirect(order);
    const { stdout } = await cli.run(['show', 'purchase', order.partnerReferenceNo]);
    const [first, second] = await externalIdsOf('purchase', order.partnerReferenceNo);
    const line =
      /^- (\S+) Purchase Web: no clear answer, server-error \((.*), X-EXTERNAL-ID (\d+)\)/m;
    const [, at = '', said, externalId] = line.exec(stdout) ?? [];
    assert.equal(externalId, first, stdout);
    assert.match(String(said), /^50054\d\d/);
    assert.ok(!Number.isNaN(Date.parse(at)));
    assert.match(stdout, new RegExp(`Purchase Web: accepted \\(X-EXTERNAL-ID ${second}\\)`));
  });

  test('with how far a request came whose answer was lost', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.doku.fault({ operation: 'purchase', fault: 'drop', when: 'after' });
    await shop.journeys.purchase.redirect(order);
    const { stdout } = await cli.run(['show', 'purchase', order.partnerReferenceNo]);
    const [first] = await externalIdsOf('purchase', order.partnerReferenceNo);
    assert.match(stdout, new RegExp(`connection-lost \\(waiting, X-EXTERNAL-ID ${first}\\)`));
  });

  test('with what is being asked just now, and what the last attempt came to', async () => {
    const order = shop.order((await shop.boundCustomer()).customerId);
    await shop.journeys.purchase.redirect(order);
    await shop.doku.fault({
      operation: 'purchaseStatus',
      fault: 'http500',
      when: 'before',
      times: 100,
    });
    await eventually(
      () => cli.run(['show', 'purchase', order.partnerReferenceNo]),
      ({ stdout }) =>
        /^asking +awaitPurchaseEnd, attempt \d+: DOKU gave no clear answer: server-error \(50055\d\d, .*X-EXTERNAL-ID \d{32}\)(?:; next at \S+Z)?$/m.test(
          stdout,
        ),
    );
    // While one is under way there is no next one.
    const asking = await eventually(
      async () => {
        const json = await cli.run(['show', 'purchase', order.partnerReferenceNo, '--json']);
        return JSON.parse(json.stdout).asking[0];
      },
      (seen) => Date.parse(seen?.next) > 0,
    );
    assert.ok(asking.attempt > 1, JSON.stringify(asking));
    await shop.doku.call('DELETE', 'faults');
    await shop.doku.customer(order.partnerReferenceNo, 'pay');
    await shop.journeys.purchase.notified(order.partnerReferenceNo);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
  });
});
