/**
 * What the reconciliation reads: Temporal's journeys page by page, and DOKU's word on each.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { AuthorizedPurchaseResult } from '../workflows/authorized-purchase-contract.js';
import type { BankTransferResult } from '../workflows/bank-transfer-contract.js';
import type { PurchaseResult } from '../workflows/purchase-contract.js';
import type { Mismatch, ReconciliationCounts } from '../workflows/reconciliation-contract.js';
import type { RefundResult } from '../workflows/refund-contract.js';
import type { TopUpBatchPartResult } from '../workflows/top-up-batch-contract.js';
import type { TopUpResult } from '../workflows/top-up-contract.js';
import type { HistoryActivities, HistoryEntry } from './history.js';
import type { PurchaseActivities } from './purchase.js';
import {
  authorizedPurchaseVerdict,
  brokenVerdict,
  purchaseVerdict,
  refundVerdict,
  transferVerdict,
  type Verdict,
} from './reconciliation-verdict.js';
import type { TopUpActivities } from './top-up.js';

/** A journey as Temporal lists it. */
export interface ListedJourney {
  readonly workflowId: string;
  readonly type: string;
  readonly customerId: string;
  /** The purchase, top-up or transfer. */
  readonly partnerReferenceNo: string;
  /** Temporal's status, such as `COMPLETED`. */
  readonly status: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What a page of a reconciliation came to. */
export interface Compared {
  readonly counts: Partial<ReconciliationCounts>;
  readonly mismatches: readonly Mismatch[];
}

const TYPES = [
  'purchase',
  'authorizedPurchase',
  'refund',
  'topUp',
  'topUpBatchPart',
  'bankTransfer',
];
const PAGE_SIZE = 100;
/** Kinds of entries whose money DOKU moved for this merchant. */
const ENTRY_TYPES = new Set([
  'PAYMENT',
  'REFUND',
  'TOP_UP',
  'DISBURSMENT',
  'DISBURSEMENT',
  'SEND_MONEY',
]);

export interface ReconciliationDependencies {
  readonly client: Client;
  readonly purchases: Pick<PurchaseActivities, 'queryPurchase'>;
  readonly topUps: Pick<TopUpActivities, 'queryTopUp'>;
  readonly history: Pick<HistoryActivities, 'queryHistory' | 'readHistoryPage'>;
  /** Calls to DOKU a second that a reconciliation makes at most. */
  readonly callsASecond: number;
}

export function createReconciliationActivities(dependencies: ReconciliationDependencies) {
  const { client } = dependencies;
  const asker = new Asker(dependencies);

  return {
    /** One page of the period's journeys. `next` is empty at the end. */
    async listJourneys(page: { from: string; to: string; token: string }) {
      const types = TYPES.map((type) => `'${type}'`).join(', ');
      const query = `WorkflowType IN (${types}) AND StartTime >= '${page.from}' AND StartTime < '${page.to}'`;
      return listed(client, query, page.token);
    },

    /** Holds journeys against DOKU's query, at the pace that DOKU allows. */
    async compareJourneys({ journeys }: { journeys: readonly ListedJourney[] }): Promise<Compared> {
      const tally = new Tally();
      for (const journey of journeys) {
        Context.current().heartbeat();
        await asker.compare(journey, tally);
      }
      return tally.compared;
    },

    /** One page of the customers whose wallets are bound. */
    async listWallets({ token }: { token: string }) {
      const query = "WorkflowType = 'wallet' AND ExecutionStatus = 'Running'";
      const { journeys, next } = await listed(client, query, token);
      return { customerIds: journeys.map(({ customerId }) => customerId), next };
    },

    /** Looks for the journey of every entry in customers' histories. */
    async compareHistory(range: {
      from: string;
      to: string;
      customerIds: readonly string[];
    }): Promise<Compared> {
      const tally = new Tally();
      // Read once, and only if some customer's history asks for it.
      let rows: Promise<Set<string>> | undefined;
      const batchRows = () => {
        rows ??= asker.batchRows(range);
        return rows;
      };
      for (const customerId of range.customerIds) {
        Context.current().heartbeat();
        await asker.lookFor(customerId, range, batchRows, tally);
      }
      return tally.compared;
    },
  };
}

export type ReconciliationActivities = ReturnType<typeof createReconciliationActivities>;

class Tally {
  #counts = { checked: 0, matched: 0, open: 0, unaskable: 0, entries: 0 };
  readonly #mismatches: Mismatch[] = [];

  count(name: 'open' | 'unaskable' | 'entries'): void {
    this.#counts[name] += 1;
  }

  judge(verdict: Verdict, about: About): void {
    this.#counts.checked += 1;
    if (verdict) this.#mismatches.push({ ...about, ...verdict });
    else this.#counts.matched += 1;
  }

  add(mismatch: Mismatch): void {
    this.#mismatches.push(mismatch);
  }

  get compared(): Compared {
    return { counts: this.#counts, mismatches: this.#mismatches };
  }
}

/** Asks Temporal and DOKU about one journey after the other. */
class Asker {
  readonly #dependencies: ReconciliationDependencies;
  #nextCallAt = 0;

  constructor(dependencies: ReconciliationDependencies) {
    this.#dependencies = dependencies;
  }

  async compare(journey: ListedJourney, tally: Tally): Promise<void> {
    if (journey.status === 'RUNNING') return tally.count('open');
    if (journey.type === 'topUpBatchPart') return this.#compareRows(journey, tally);
    const { workflowId: subject, partnerReferenceNo, customerId } = journey;
    await judged({ subject, partnerReferenceNo, customerId }, tally, () =>
      this.#verdictOn(journey),
    );
  }

  async #compareRows(part: ListedJourney, tally: Tally): Promise<void> {
    if (part.status !== 'COMPLETED') return;
    const { results } = await this.#result<TopUpBatchPartResult>(part);
    for (const row of results) {
      if (row.outcome === 'cancelled') continue;
      const { partnerReferenceNo, customerId } = row;
      Context.current().heartbeat();
      const subject = `${part.workflowId}, ${partnerReferenceNo}`;
      await judged({ subject, partnerReferenceNo, customerId }, tally, async () => {
        const key = { partnerReferenceNo, customerId };
        return transferVerdict(
          row,
          await this.#paced(() => this.#dependencies.topUps.queryTopUp(key)),
        );
      });
    }
  }

  async #verdictOn(journey: ListedJourney): Promise<Verdict> {
    const { purchases, topUps } = this.#dependencies;
    const isBroken = journey.status !== 'COMPLETED';
    switch (journey.type) {
      case 'purchase':
      case 'refund': {
        const fact = await this.#paced(() => purchases.queryPurchase(journey));
        if (isBroken) return brokenVerdict(journey.status, fact);
        if (journey.type === 'refund')
          return refundVerdict(await this.#result<RefundResult>(journey), fact);
        const result = await this.#result<PurchaseResult>(journey);
        const isReversed = result.outcome === 'paid' && fact.status !== 'success';
        const wasRefunded = isReversed && (await this.#hasRefund(journey.partnerReferenceNo));
        return purchaseVerdict(result, fact, wasRefunded);
      }
      case 'topUp': {
        const fact = await this.#paced(() => topUps.queryTopUp(journey));
        return isBroken
          ? brokenVerdict(journey.status, fact)
          : transferVerdict(await this.#result<TopUpResult>(journey), fact);
      }
      default: {
        const fact = await this.#paced(() =>
          this.#dependencies.history.queryHistory({ ...journey, since: journey.startedAt }),
        );
        if (isBroken) return brokenVerdict(journey.status, fact);
        return journey.type === 'bankTransfer'
          ? transferVerdict(await this.#result<BankTransferResult>(journey), fact)
          : authorizedPurchaseVerdict(await this.#result<AuthorizedPurchaseResult>(journey), fact);
      }
    }
  }

  /** Looks for the journey of every entry of a customer's that moved money. */
  async lookFor(
    customerId: string,
    range: { from: string; to: string },
    batchRows: () => Promise<Set<string>>,
    tally: Tally,
  ): Promise<void> {
    const moved: HistoryEntry[] = [];
    for (let pageNumber = 0; ; pageNumber++) {
      const answer = await this.#paced(() =>
        this.#dependencies.history.readHistoryPage({
          customerId,
          fromDateTime: range.from,
          toDateTime: range.to,
          pageNumber,
        }),
      );
      if (answer.kind === 'refused') return tally.count('unaskable');
      moved.push(
        ...answer.response.entries.filter(
          (entry) => entry.status === 'SUCCESS' && ENTRY_TYPES.has(entry.type),
        ),
      );
      if (answer.response.isLast) break;
    }
    if (moved.length === 0) return;
    const known = await this.#referencesOf(customerId);
    for (const entry of moved) {
      tally.count('entries');
      const { partnerReferenceNo } = entry;
      // DOKU shows no reference of ours: nothing here can be compared with it.
      if (partnerReferenceNo === undefined || known.has(partnerReferenceNo)) continue;
      if (entry.type === 'TOP_UP' && (await batchRows()).has(partnerReferenceNo)) continue;
      tally.add({
        kind: 'missing-here',
        subject: `${entry.type} of ${entry.dateTime}`,
        partnerReferenceNo,
        customerId,
        here: 'no journey',
        doku: `${entry.status} ${entry.amount ?? ''}`.trim(),
      });
    }
  }

  /** All numbers that a customer's journeys have used, whenever they ran. */
  async #referencesOf(customerId: string): Promise<Set<string>> {
    const { client } = this.#dependencies;
    const known = new Set<string>();
    for await (const journey of allListed(client, `CustomerId = '${customerId}'`)) {
      known.add(journey.partnerReferenceNo);
      known.add(journey.workflowId.slice(journey.workflowId.lastIndexOf('/') + 1));
      if (journey.type !== 'authorizedPurchase') continue;
      const view = await client.workflow
        .getHandle(journey.workflowId)
        .query<{ steps: readonly { partnerNo: string }[] }>('status');
      for (const { partnerNo } of view.steps) known.add(partnerNo);
    }
    return known;
  }

  /** Numbers of the period's batch rows, which are no journeys of their own. */
  async batchRows(range: { from: string; to: string }): Promise<Set<string>> {
    // A batch may have started the day before its last row was sent.
    const from = new Date(Date.parse(range.from) - 86_400_000).toISOString();
    const query = `WorkflowType = 'topUpBatchPart' AND StartTime >= '${from}' AND StartTime < '${range.to}'`;
    const rows = new Set<string>();
    for await (const part of allListed(this.#dependencies.client, query)) {
      if (part.status !== 'COMPLETED') continue;
      Context.current().heartbeat();
      const { results } = await this.#result<TopUpBatchPartResult>(part);
      for (const { partnerReferenceNo } of results) rows.add(partnerReferenceNo);
    }
    return rows;
  }

  async #hasRefund(partnerReferenceNo: string): Promise<boolean> {
    const query = `WorkflowType = 'refund' AND PartnerReferenceNo = '${partnerReferenceNo}'`;
    const { journeys } = await listed(this.#dependencies.client, query, '');
    return journeys.length > 0;
  }

  async #result<Result>({ workflowId }: ListedJourney): Promise<Result> {
    return (await this.#dependencies.client.workflow.getHandle(workflowId).result()) as Result;
  }

  /** DOKU's limit is for all, so that a reconciliation takes only its share of it. */
  async #paced<T>(call: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const at = Math.max(now, this.#nextCallAt);
    this.#nextCallAt = at + 1_000 / this.#dependencies.callsASecond;
    if (at > now) await pause(at - now);
    return call();
  }
}

type About = Omit<Mismatch, 'kind' | 'here' | 'doku'>;

/** Counts what became of one comparison. */
async function judged(
  about: About,
  tally: Tally,
  verdictOf: () => Promise<Verdict>,
): Promise<void> {
  try {
    tally.judge(await verdictOf(), about);
  } catch (error) {
    if (!isUnaskable(error)) throw error;
    tally.count('unaskable');
  }
}

const isUnaskable = (error: unknown) =>
  error instanceof ApplicationFailure &&
  (error.type === 'CustomerNotBound' || error.type === 'RefusedQuestion');

async function listed(
  client: Client,
  query: string,
  token: string,
): Promise<{ journeys: ListedJourney[]; next: string }> {
  const page = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize: PAGE_SIZE,
    nextPageToken: Buffer.from(token, 'base64'),
  });
  const journeys = page.executions.map((execution): ListedJourney => {
    const fields = execution.searchAttributes?.indexedFields ?? {};
    return {
      workflowId: execution.execution?.workflowId ?? '',
      type: execution.type?.name ?? '',
      customerId: keywordIn(fields.CustomerId?.data),
      partnerReferenceNo: keywordIn(fields.PartnerReferenceNo?.data),
      status: STATUSES[Number(execution.status)] ?? 'UNKNOWN',
      startedAt: new Date(Number(execution.startTime?.seconds ?? 0) * 1_000).toISOString(),
    };
  });
  return { journeys, next: Buffer.from(page.nextPageToken ?? []).toString('base64') };
}

/** Every page of it. */
async function* allListed(client: Client, query: string): AsyncGenerator<ListedJourney> {
  let token = '';
  do {
    const page = await listed(client, query, token);
    yield* page.journeys;
    token = page.next;
  } while (token !== '');
}

const keywordIn = (data: Uint8Array | null | undefined): string =>
  data ? String(JSON.parse(Buffer.from(data).toString())) : '';

/** Temporal's `WorkflowExecutionStatus`. */
const STATUSES = [
  'UNKNOWN',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELED',
  'TERMINATED',
  'CONTINUED_AS_NEW',
  'TIMED_OUT',
];
