import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Site, startSite } from './site.js';
import { assertProvenEnds, insisted, journeysUnderWay, ordered } from './under-way.js';

const AMOUNT = '10000.00';
const VICTIMS = [
  ['temporal'],
  ['postgresql'],
  ['worker'],
  ['postgresql', 'temporal', 'worker'],
] as const;

describe('the site of docker-compose.yml', { timeout: 30 * 60_000 }, () => {
  let site: Site;
  before(async () => {
    site = await startSite();
  });
  after(() => site?.stop());

  test('is set up as the compose file says', async () => {
    const { ground, client } = site;
    const { NUM_HISTORY_SHARDS } = ground.environment('temporal');
    assert.equal(await ground.sql('temporal', 'SELECT count(*) FROM shards'), NUM_HISTORY_SHARDS);
    const { config } = await client.workflowService.describeNamespace({ namespace: 'default' });
    const kept = Number(config?.workflowExecutionRetentionTtl?.seconds) / 3_600;
    assert.equal(`${kept}h`, ground.environment('namespace').RETENTION);
    const settings = ground.service('postgresql').command ?? [];
    const connections = await ground.sql('postgres', 'SHOW max_connections');
    assert.ok(settings.includes(`max_connections=${connections}`));
  });

  test('takes being set up again, as every `docker compose up` does', async () => {
    await site.ground.runOnce('schema');
    await site.ground.runOnce('namespace');
  });

  test('ends a purchase as soon as DOKU notifies the worker', async () => {
    const { partnerReferenceNo } = await ordered(site.shop);
    await site.shop.doku.customer(partnerReferenceNo, 'pay');
    const result = await site.shop.journeys.purchase.result(partnerReferenceNo);
    assert.equal(result.outcome, 'paid');
    assert.match(site.parts.worker.log, new RegExp(`${partnerReferenceNo}.*"became":"nudged"`));
    await site.shop.assertProven(result, AMOUNT);
  });

  test('gives a silent merchant’s payment back', async () => {
    const { partnerReferenceNo } = await ordered(site.shop, { acknowledgeWithin: '2 seconds' });
    await site.shop.doku.customer(partnerReferenceNo, 'pay');
    const result = await site.shop.journeys.purchase.result(partnerReferenceNo);
    assert.deepEqual([result.outcome, result.reason], ['cancelled', 'acknowledge-within-elapsed']);
    await site.shop.assertProven(result, AMOUNT);
  });

  test('finds journeys by what operators know of them', async () => {
    const { partnerReferenceNo } = await ordered(site.shop);
    const query = `PartnerReferenceNo = '${partnerReferenceNo}' AND JourneyStatus = 'awaiting-payment'`;
    await insisted(async () => {
      const { count } = await site.client.workflow.count(query);
      assert.equal(count, 1);
    });
    await site.shop.journeys.purchase.cancel(partnerReferenceNo, 'test');
  });

  for (const victims of VICTIMS)
    test(`proves every journey when ${victims.join(', ')} is killed on the way`, async () => {
      const journeys = await journeysUnderWay(site.shop);
      await Promise.all(victims.map((name) => site.parts[name].kill()));
      for (const name of victims) assert.equal(await site.parts[name].isHealthy(), false, name);
      // DOKU and the customer go on meanwhile.
      await site.shop.doku.customer(journeys.awaiting.partnerReferenceNo, 'pay');
      await setTimeout(3_000);
      for (const name of victims) await site.parts[name].start();
      await assertProvenEnds(site.shop, journeys);
    });

  test('has a worker that outlives a Temporal that is gone', () => {
    assert.equal(site.parts.worker.restarts, 0);
  });

  test('ends its worker in peace within the grace that the compose file gives', async () => {
    const { stop_grace_period = '' } = site.ground.service('worker');
    const before = Date.now();
    assert.equal(await site.parts.worker.stop(), 0, site.parts.worker.log);
    assert.ok(Date.now() - before < Number.parseInt(stop_grace_period, 10) * 1_000);
    await site.parts.worker.start();
  });

  test('leaves nothing open but what lives on, and a ledger that sums to zero', async () => {
    assert.equal((await site.shop.doku.ledger()).sum, '0.00');
    await insisted(async () => {
      const open = new Set<string>();
      for await (const { type } of site.client.workflow.list({
        query: "ExecutionStatus = 'Running'",
      }))
        open.add(type);
      assert.deepEqual([...open].sort(), ['merchantSession', 'wallet']);
    });
  });
});
