/**
 * A backend that runs its purchases with DBOS, which lives inside of it.
 *
 * @module
 */
import { DBOS, type WorkflowHandle } from '@dbos-inc/dbos-sdk';
import { payloadKeysIn } from '../../../worker/configuration/environment.js';
import { openDoor, type Purchases } from '../door.js';
import { PAY_WITHIN_MS } from '../final.js';
import { settingFrom } from '../setting.js';
import { createEncryptingSerializer } from './serializer.js';
import { NOTIFIED, REDIRECT, registerPurchase } from './workflow.js';

const PAGE_WITHIN_SECONDS = 60;

const { configuration, calls } = settingFrom(process.env);
const purchase = registerPurchase(calls, configuration.POLL_FIRST_MS);
DBOS.setConfig({
  name: 'purchases',
  systemDatabaseUrl: process.env.PEER_DATABASE_URL ?? '',
  systemDatabasePoolSize: Number(process.env.PEER_POOL_SIZE),
  // A page is waited for by a customer: the default of 10 ms only serves those who read many events.
  notificationCoalesceMs: 1,
  serializer: createEncryptingSerializer(payloadKeysIn(configuration)),
  logLevel: 'error',
});
await DBOS.launch();

/** A live handle needs no database to wait for its result. */
const underWay = new Map<string, WorkflowHandle<string>>();
const purchases: Purchases = {
  redirect: async (order) => {
    const workflowID = order.partnerReferenceNo;
    const handle = await DBOS.startWorkflow(purchase, {
      workflowID,
      workflowAttributes: { customerId: order.customerId },
    })({ ...order, payBy: Date.now() + PAY_WITHIN_MS });
    underWay.set(workflowID, handle);
    const url = await DBOS.getEvent<string>(workflowID, REDIRECT, {
      timeoutSeconds: PAGE_WITHIN_SECONDS,
    });
    if (url === null) throw new Error(`${workflowID} has no page`);
    return url;
  },
  notified: (partnerReferenceNo) => DBOS.send(partnerReferenceNo, 'paid', NOTIFIED),
  outcome: async (partnerReferenceNo) => {
    const handle =
      underWay.get(partnerReferenceNo) ?? DBOS.retrieveWorkflow<string>(partnerReferenceNo);
    const outcome = await handle.getResult();
    underWay.delete(partnerReferenceNo);
    return outcome;
  },
};

const door = await openDoor(purchases);
process.once('SIGTERM', () => {
  void door
    .close()
    .then(() => DBOS.shutdown())
    .then(() => process.exit(0));
});
