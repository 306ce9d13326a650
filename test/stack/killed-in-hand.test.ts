import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DokuJourneys, NoWorkerError, type PurchaseInput } from '../../client/index.js';
import { purchaseWorkflowId } from '../../contract/identity.js';
import { startGatewayDoor } from '../setting/gateway-door.js';
import { ProcessSite } from '../setting/process-site.js';
import { eventually, untilAnswered } from '../setting/shop.js';

/** Of Temporal's workflow tasks and activities: a worker has it in hand. */
const STARTED = 2;

describe('a call whose worker is killed with the order in hand', () => {
  let site: ProcessSite;
  /** As a backend has it: the shop's own waits for as long as it takes. */
  let journeys: DokuJourneys;
  let gateway: Awaited<ReturnType<typeof startGatewayDoor>>;
  before(async () => {
    site = await ProcessSite.start({ environment: { LOG_LEVEL: 'warn' } });
    journeys = new DokuJourneys({ client: site.client });
    gateway = await startGatewayDoor(site.client);
    // Each has seen that the workers have its key: nothing else stands before an order.
    const said = await put(await newOrder());
    assert.equal(said.status, 201, JSON.stringify(said.body));
    await journeys.purchase.redirect(await newOrder());
  });
  after(async () => {
    await gateway?.close();
    await site?.stop();
  });

  async function newOrder() {
    const { customerId } = await site.shop.boundCustomer();
    return site.shop.order(customerId);
  }

  /** Kills the worker once it has the order. */
  async function killWith(
    order: PurchaseInput,
    isInHand: (pending: Awaited<ReturnType<typeof pendingOf>> | undefined) => boolean,
  ): Promise<void> {
    await eventually(() => pendingOf(order).catch(() => undefined), isInHand);
    await site.worker.end('SIGKILL');
  }

  const put = ({ partnerReferenceNo, ...body }: PurchaseInput) =>
    gateway.ask('PUT', `/v1/purchases/${partnerReferenceNo}`, { body });

  async function assertGoesOn(order: PurchaseInput): Promise<void> {
    site.startWorker();
    const { webRedirectUrl } = await untilAnswered(() => journeys.purchase.redirect(order));
    assert.ok(webRedirectUrl);
  }

  async function pendingOf({ partnerReferenceNo }: PurchaseInput) {
    const { raw } = await site.client.workflow
      .getHandle(purchaseWorkflowId(partnerReferenceNo))
      .describe();
    return {
      task: raw.pendingWorkflowTask?.state,
      activity: raw.pendingActivities?.[0]?.state,
    };
  }

  test('is told before its time is over that there is none, where it was to take its next step', async () => {
    const order = await newOrder();
    site.worker.freeze();
    const answered = journeys.purchase.redirect(order).catch((error: Error) => error);
    const said = put(order);
    await killWith(order, (pending) => pending?.task === STARTED);
    const [error, { status, body }] = await Promise.all([answered, said]);
    assert.ok(error instanceof NoWorkerError, String(error));
    assert.deepEqual([status, body.error], [503, 'NoWorker'], JSON.stringify(body));
    await assertGoesOn(order);
  });

  test('is told so where it was asking DOKU', async () => {
    const order = await newOrder();
    const match = { partnerReferenceNo: order.partnerReferenceNo };
    await site.shop.doku.fault({ operation: 'purchase', fault: 'hang', when: 'before', match });
    const answered = journeys.purchase.redirect(order).catch((error: Error) => error);
    await killWith(order, (pending) => pending?.activity === STARTED);
    const error = await answered;
    assert.ok(error instanceof NoWorkerError, String(error));
  });
});
