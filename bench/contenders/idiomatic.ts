import { setTimeout } from 'node:timers/promises';
import { type Client, ServiceError } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';
import type { Contender, ContenderOptions, Order } from '../contender.js';
import { PAY_WITHIN_MS } from '../peers/final.js';
import {
  notifiedSignal,
  type PurchaseInput,
  type purchase,
  redirectQuery,
} from '../peers/idiomatic/workflows.js';
import type { Site } from '../site.js';
import { startPeerWorker } from './peer-worker.js';

const TASK_QUEUE = 'idiomatic';
/** Soon enough for a customer who waits alone: a page takes some tens of milliseconds. */
const FIRST_LOOK_MS = 20;
/** Growing, so that two hundred waiting clients do not keep the worker busy with questions. */
const LOOK_FACTOR = 1.5;
const LATEST_LOOK_MS = 200;
const GIVE_UP_MS = 60_000;

export interface IdiomaticContender extends Contender {
  /** The same worker and workflow at another pace, or without activities of their own for the tokens. */
  variant(options: Partial<VariantOptions>): Contender;
  /** How often the page was asked for: histories do not show queries. */
  queriesOf(partnerReferenceNo: string): number;
}

interface VariantOptions {
  /** Milliseconds between two questions about one purchase. */
  readonly pollMs: number;
  readonly hasTokenActivities: boolean;
}

export const idiomaticWorkflowId = (partnerReferenceNo: string) =>
  `idiomatic/${partnerReferenceNo}`;

/** The idiomatic worker in a process of its own, and the client loops that go with it. */
export async function startIdiomatic(
  site: Site,
  options: ContenderOptions = {},
): Promise<IdiomaticContender> {
  const workflows = 'idiomatic/workflows.ts';
  const { client, pids, stop } = await startPeerWorker(site, {
    ...options,
    taskQueue: TASK_QUEUE,
    workflows,
  });
  const queries = new Map<string, number>();
  const contender = (variant: VariantOptions): Contender => ({
    name: 'idiomatic Temporal',
    redirect: async (order) => {
      await start(client, { ...order, ...variant, payWithinMs: PAY_WITHIN_MS });
      const seen = await pageOf(client, order);
      queries.set(order.partnerReferenceNo, seen.queries);
      return seen.url;
    },
    notified: (partnerReferenceNo) =>
      client.workflow.getHandle(idiomaticWorkflowId(partnerReferenceNo)).signal(notifiedSignal),
    outcome: async (partnerReferenceNo) => {
      const handle = client.workflow.getHandle<typeof purchase>(
        idiomaticWorkflowId(partnerReferenceNo),
      );
      return (await handle.result()).outcome;
    },
    pids,
    stop,
  });
  const asAsked: VariantOptions = { pollMs: options.pollMs ?? 3_000, hasTokenActivities: true };
  return {
    ...contender(asAsked),
    variant: (variant) => contender({ ...asAsked, ...variant }),
    queriesOf: (partnerReferenceNo) => queries.get(partnerReferenceNo) ?? 0,
  };
}

/** Search attributes come with the start, where Temporal Cloud counts no action for them. */
async function start(client: Client, input: PurchaseInput): Promise<void> {
  const { partnerReferenceNo, customerId } = input;
  await client.workflow.start<typeof purchase>('purchase', {
    workflowId: idiomaticWorkflowId(partnerReferenceNo),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: [
      { key: searchAttributes.journeyStatus, value: 'requesting' },
      { key: searchAttributes.customerId, value: customerId },
      { key: searchAttributes.partnerReferenceNo, value: partnerReferenceNo },
    ],
  });
}

async function pageOf(
  client: Client,
  { partnerReferenceNo }: Order,
): Promise<{ url: string; queries: number }> {
  const handle = client.workflow.getHandle(idiomaticWorkflowId(partnerReferenceNo));
  const giveUpAt = Date.now() + GIVE_UP_MS;
  for (let queries = 1, pauseMs = FIRST_LOOK_MS; Date.now() < giveUpAt; queries++) {
    await setTimeout(pauseMs);
    const url = await handle.query(redirectQuery).catch(unlessBusy);
    if (url !== undefined) return { url, queries };
    pauseMs = Math.min(pauseMs * LOOK_FACTOR, LATEST_LOOK_MS);
  }
  throw new Error(`${partnerReferenceNo} has no page`);
}

/** A server that is too busy to answer is looked at again, as one that has no page yet. */
function unlessBusy(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error;
}
