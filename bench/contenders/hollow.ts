import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Order, StartContender } from '../contender.js';
import { beginUpdate, type hollow, notifiedSignal } from '../peers/hollow-workflows.js';
import { peerEnvironment, settingFrom } from '../peers/setting.js';
import { startPeerWorker } from './peer-worker.js';

const TASK_QUEUE = 'hollow';
const POLL_MS = 3_000;

const workflowIdOf = (partnerReferenceNo: string) => `hollow/${partnerReferenceNo}`;

/**
 * The floor of Temporal: the backend itself calls DOKU, beside a workflow that does nothing but take the two messages of
 * a purchase, in the fewest workflow tasks that they need.
 */
export const startHollow: StartContender = async (site, options = {}) => {
  const workflows = 'hollow-workflows.ts';
  const { client, pids, stop } = await startPeerWorker(site, {
    ...options,
    taskQueue: TASK_QUEUE,
    workflows,
  });
  const { calls } = settingFrom({ ...process.env, ...peerEnvironment(site, POLL_MS) });
  const orders = new Map<string, Order>();
  return {
    name: 'hollow',
    redirect: async (order) => {
      const { partnerReferenceNo } = order;
      orders.set(partnerReferenceNo, order);
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof hollow>('hollow', {
        workflowId: workflowIdOf(partnerReferenceNo),
        taskQueue: TASK_QUEUE,
        workflowIdConflictPolicy: 'FAIL',
      });
      await client.workflow.executeUpdateWithStart(beginUpdate, { startWorkflowOperation });
      return (await calls.requestPurchase(order)).webRedirectUrl;
    },
    notified: (partnerReferenceNo) =>
      client.workflow.getHandle(workflowIdOf(partnerReferenceNo)).signal(notifiedSignal),
    outcome: async (partnerReferenceNo) => {
      await client.workflow.getHandle(workflowIdOf(partnerReferenceNo)).result();
      const order = orders.get(partnerReferenceNo);
      orders.delete(partnerReferenceNo);
      const fact = order && (await calls.queryPurchase(order));
      return fact?.status === 'success' ? 'paid' : String(fact?.status);
    },
    pids,
    stop,
  };
};
