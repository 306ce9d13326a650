import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../../worker/local/free-port.js';
import { metricsIn, rules } from '../deploy/incident/rules.js';
import { ProcessSite } from '../setting/process-site.js';
import { eventually } from '../setting/shop.js';

interface Dashboard {
  panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
}

const read = (path: string) =>
  readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');
const { panels } = JSON.parse(read('grafana/dashboard.json')) as Dashboard;
const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr }))),
];

/** Names of metrics in an expression, with the labels that it selects or groups by. */
function usedIn(expr: string): { metrics: string[]; labels: string[] } {
  const metrics = metricsIn(expr);
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(', '),
  );
  const selected = [...expr.matchAll(/(\w+)(?:=~?|!~|!=)"/g)].map(([, label = '']) => label);
  return { metrics, labels: [...grouped, ...selected] };
}

/** What a worker exposes to Prometheus: the labels of each sample's name. */
async function exposedAt(address: string): Promise<Map<string, Set<string>>> {
  const page = await (await fetch(`http://${address}/metrics`)).text();
  const samples = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of page.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = samples.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    samples.set(name, known);
  }
  return samples;
}

describe('alerts and dashboard', () => {
  let site: ProcessSite;
  let samples: Map<string, Set<string>>;
  let healthPort: number | undefined;
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/ready`);
    return {
      status: answer.status,
      reasons: ((await answer.json()) as { reasons: string[] }).reasons,
    };
  };

  before(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    healthPort = await freePort();
    site = await ProcessSite.start({
      environment: {
        METRICS_ADDRESS: address,
        HEALTH_PORT: String(healthPort),
        NOTIFICATIONS_PORT: '0',
        ABSENT_AFTER: '3 seconds',
      },
    });
    await makeTrouble(site, address);
    await eventually(ready, ({ status }) => status === 200);
    // What Temporal's lists tell is looked up now and then.
    samples = await eventually(
      () => exposedAt(address),
      (seen) => seen.has('doku_journeys_open') && seen.has('doku_journeys_reconciled_at_seconds'),
      90_000,
    );
    await site.stopServer();
    const withoutTemporal = await eventually(
      () => exposedAt(address),
      (seen) => seen.has('temporal_long_request_failure'),
    );
    samples = new Map([...samples, ...withoutTemporal]);
  });
  after(() => site?.stop());

  for (const { where, expr } of expressions)
    test(`${where}: a worker exposes what it is about`, () => {
      const { metrics, labels } = usedIn(expr);
      assert.ok(metrics.length > 0, expr);
      for (const name of metrics) assert.ok(samples.has(name), `${name} is not exposed`);
      const known = new Set(['le', ...metrics.flatMap((name) => [...(samples.get(name) ?? [])])]);
      for (const label of labels) assert.ok(known.has(label), `no label ${label} in ${expr}`);
    });

  test('a worker without Temporal is not ready, and says so', async () => {
    const { reasons } = await eventually(ready, ({ status }) => status === 503);
    assert.deepEqual(reasons, ['Temporal does not answer']);
  });

  /** Everything that an alert is about: an operator needed, a failed call, a workflow that cannot go on, and a reconciliation. */
  async function makeTrouble({ client, shop }: ProcessSite, address: string): Promise<void> {
    const { reconciliation } = shop.journeys;
    const hour = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() - 1_000) };
    await reconciliation.start(hour);
    await reconciliation.result(hour);
    const { customerId } = await shop.boundCustomer();
    const order = shop.order(customerId);
    const { partnerReferenceNo } = order;
    // The look at the news fails, and so does the question after it.
    const lost = { operation: 'purchaseStatus', fault: 'drop', when: 'before' } as const;
    await shop.doku.fault({ ...lost, times: 2 });
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    // As when retention forgot it: it finds the payment, and asks an operator.
    await client.workflow.start('purchase', {
      workflowId: `purchase/${partnerReferenceNo}`,
      taskQueue: 'doku-journeys',
      args: [{ ...order, acknowledgeWithin: '1 second' }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    await eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === 'needs-attention',
    );
    await client.workflow.start('noSuchJourney', {
      workflowId: 'none',
      taskQueue: 'doku-journeys',
    });
    await eventually(
      () => exposedAt(address),
      (seen) => seen.has('temporal_workflow_task_execution_failed'),
    );
  }
});
