/**
 * What the reconciliation reads: Temporal's journeys page by page, and DOKU's word on each.
 *
 * @module
 */
import { CancelledFailure, Context, log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import {
  customerIdSchema,
  partnerReferenceNoSchema,
  walletWorkflowId,
} from '../../contract/identity.js';
import {
  type Mismatch,
  MOST_ODD,
  type ReconciliationCounts,
} from '../../contract/reconciliation.js';
import { isUnanswered } from '../calling/ask.js';
import { atOnce } from '../calling/at-once.js';
import { PatientAsker } from '../calling/patient-asker.js';
import type { HistoryActivities } from '../history.js';
import { formerAccounts } from '../journeys/wallet.js';
import type { PurchaseActivities } from '../purchase.js';
import type { TopUpActivities } from '../top-up.js';
import { PART } from './batch-rows.js';
import { changesSince } from './changes.js';
import { Comparison, SINGLE } from './comparison.js';
import { HistoryEntries } from './history-entries.js';
import { AT_ONCE, type Judged, Judging, PATIENT_ATTEMPTS } from './judging.js';
import { KnownReferences } from './known-references.js';
import {
  currentRun,
  type JourneyPage,
  type ListedJourney,
  listed,
  onQueue,
} from './listed-journeys.js';
import { writtenReference } from './odd-reference.js';
import { OwnRuns } from './own-runs.js';
import { assertOver } from './period.js';
import { createRecheckActivities } from './recheck.js';
import { isUnreadable } from './records.js';
import type { Found, Subject } from './subject.js';

/** What a page of a reconciliation came to. */
export interface Compared {
  readonly counts: Partial<ReconciliationCounts>;
  /** The first of them. */
  readonly mismatches: readonly Mismatch[];
  /** Workflow IDs of what nobody with the workers' key has begun, or begun once more: the first of them that may be told. */
  readonly odd?: readonly string[];
  /** A finding of each is open. Workers did not raise them at first: then it is for the workflow to do. */
  readonly isRaised?: true;
}

/** A part of a batch holds hundreds of movements: no more than a page of the others is asked about again. */
const PARTS_A_PAGE = 4;
/** Before the token of a page of parts, which come after all the others. */
const PARTS = 'parts:';

export interface ReconciliationDependencies {
  readonly client: Client;
  readonly taskQueue: string;
  readonly purchases: Pick<PurchaseActivities, 'queryPurchase'>;
  readonly topUps: Pick<TopUpActivities, 'queryTopUp'>;
  readonly history: Pick<HistoryActivities, 'queryHistory' | 'readHistoryPage'>;
  /** Calls to DOKU a second that a reconciliation makes at most. */
  readonly callsASecond: number;
  /** How long DOKU's books may lag behind what a journey ended with, in milliseconds. */
  readonly quietMs: number;
}

export function createReconciliationActivities(dependencies: ReconciliationDependencies) {
  const { client, history, taskQueue } = dependencies;
  const doku = new PatientAsker(dependencies.callsASecond);
  const own = new OwnRuns(client, taskQueue);
  const comparison = new Comparison({ ...dependencies, own, doku });
  const judging = new Judging({ ...dependencies, comparison });
  const entries = new HistoryEntries({
    doku,
    history,
    known: new KnownReferences(client, taskQueue, own),
    formerAccounts: (customerId) => formerAccounts(client, customerId),
  });

  /** A page that an older worker listed does not say it. */
  const isOfQueue = (run: ListedJourney) =>
    run.taskQueue === undefined || run.taskQueue === taskQueue;

  return {
    /**
     * One page of this task queue's journeys that ended within the period. `next` is empty at the end.
     *
     * @throws ApplicationFailure, retryable and benign, while the period has hardly ended: Temporal's lists lag.
     */
    async listJourneys(page: {
      from: string;
      to: string;
      token: string;
    }): Promise<JourneyPage & { readonly isEarly?: true; readonly open?: number }> {
      if (!assertOver(page.to)) return { journeys: [], next: '', isEarly: true };
      const ended = `CloseTime >= '${page.from}' AND CloseTime < '${page.to}' AND ExecutionStatus != 'ContinuedAsNew'${onQueue(taskQueue)}`;
      if (page.token.startsWith(PARTS)) {
        const token = page.token.slice(PARTS.length);
        const query = `WorkflowType = '${PART}' AND ${ended}`;
        const { journeys, next } = await listed(client, query, token, PARTS_A_PAGE);
        return { journeys, next: next && `${PARTS}${next}` };
      }
      const types = SINGLE.map((type) => `'${type}'`).join(', ');
      const query = `WorkflowType IN (${types}) AND ${ended}`;
      const { journeys, next } = await listed(client, query, page.token);
      const isFirst = page.token === '';
      return {
        journeys,
        next: next || PARTS,
        ...(isFirst && { open: await openBefore(client, taskQueue, page.to) }),
      };
    },

    /**
     * Holds journeys against DOKU's query, at the pace that DOKU allows. What does not agree is raised, and looked at
     * again.
     */
    async compareJourneys(page: {
      journeys: readonly ListedJourney[];
      /** How many mismatches the report has room for. */
      room?: number;
    }): Promise<Compared> {
      const subjects = new Map<string, readonly Subject[]>();
      const odd = new Set<string>();
      await atOnce(page.journeys.filter(isOfQueue), AT_ONCE, async (run) => {
        Context.current().heartbeat();
        const found = await comparison.subjectsOf(run).catch((error: unknown): Found => {
          if (!isUnreadable(error) || error instanceof CancelledFailure) throw error;
          // It costs itself, and no other of the period.
          const { workflowId: asked } = run;
          log.error('a journey cannot be compared', { asked, why: (error as Error).message });
          return { kind: 'subjects', subjects: [], isOdd: true };
        });
        // What runs again was counted as open with all the others.
        if (found.kind !== 'subjects') return;
        if (found.isOdd) odd.add(run.workflowId);
        const [first] = found.subjects;
        // Several runs of one journey may have ended within the page.
        if (first) subjects.set(first.journey.runId, found.subjects);
      });
      const judged = await judging.judge([...subjects.values()].flat());
      const mismatches = await judging.raise(judged);
      await judging.lookAgain(judged);
      const counts = countsOf(judged);
      return {
        ...compared(
          { ...counts, unaskable: (counts.unaskable ?? 0) + odd.size },
          mismatches,
          page.room,
        ),
        ...(odd.size > 0 && { odd: [...odd].filter(isTellable).slice(0, MOST_ODD) }),
      };
    },

    /** One page of the customers whose wallets are bound. */
    async listWallets({ token }: { token: string }) {
      const query = "WorkflowType = 'wallet' AND ExecutionStatus = 'Running'";
      const { journeys, next } = await listed(client, query, token);
      return { customerIds: journeys.map(customerOf).filter(isCustomerId), next };
    },

    /** Looks for the journey of every entry in customers' histories. What has none is raised. */
    async compareHistory(range: {
      from: string;
      to: string;
      customerIds: readonly string[];
      room?: number;
    }): Promise<Compared> {
      const mismatches: Mismatch[] = [];
      const counts = { entries: 0, unaskable: 0 };
      let silent = 0;
      await atOnce(range.customerIds, AT_ONCE, async (customerId) => {
        const wallet = await currentRun(client, walletWorkflowId(customerId));
        if (wallet && !isOfQueue(wallet)) {
          // Its token is another queue's, whose reconciliation asks; what nobody polls there holds nobody up.
          if ((await own.begunAs(wallet.workflowId)).length > 0) counts.unaskable += 1;
          return;
        }
        try {
          const searched = await entries.search(customerId, range);
          mismatches.push(...searched.mismatches);
          counts.entries += searched.entries;
          if (searched.isUnaskable) counts.unaskable += 1;
        } catch (error) {
          // A wallet that no worker answers for, say: it holds up no other.
          if (!isUnanswered(error)) throw error;
          silent += 1;
        }
      });
      const isAll = silent > 0 && silent === range.customerIds.length;
      if (isAll && Context.current().info.attempt < PATIENT_ATTEMPTS)
        throw new Error('DOKU gives no clear answer');
      counts.unaskable += silent;
      await judging.raiseAll(mismatches);
      return compared(counts, mismatches, range.room);
    },

    ...createRecheckActivities({ own, comparison, judging }),
    changesSince: changesSince(client, taskQueue),
  };
}

export type ReconciliationActivities = ReturnType<typeof createReconciliationActivities>;

/** What a list says besides is anybody's to write. */
const customerOf = ({ workflowId }: ListedJourney) => workflowId.slice(workflowId.indexOf('/') + 1);
const isCustomerId = (customerId: string) => customerIdSchema.safeParse(customerId).success;

/** Anybody may have written it, and people read it. */
const isTellable = (workflowId: string) =>
  workflowId.length <= 255 &&
  workflowId.split('/').every((part) => partnerReferenceNoSchema.safeParse(part).success);

async function openBefore(client: Client, taskQueue: string, to: string): Promise<number> {
  const types = [...SINGLE, PART].map((type) => `'${type}'`).join(', ');
  const query = `WorkflowType IN (${types}) AND ExecutionStatus = 'Running' AND StartTime < '${to}'${onQueue(taskQueue)}`;
  return (await client.workflow.count(query)).count;
}

function countsOf(judged: readonly Judged[]): Partial<ReconciliationCounts> {
  const asked = judged.filter(({ held }) => held.kind === 'compared');
  const matched = asked.filter(({ held }) => held.kind === 'compared' && !held.verdict);
  return {
    checked: asked.length,
    matched: matched.length,
    unaskable: judged.length - asked.length,
  };
}

/** What would be listed twice is counted once, and only what the report has room for goes through Temporal. */
const compared = (
  counts: Partial<ReconciliationCounts>,
  mismatches: readonly Mismatch[],
  room = mismatches.length,
): Compared => ({
  counts: { ...counts, mismatched: mismatches.length },
  mismatches: mismatches.slice(0, room).map(withoutPhoneNumber),
  isRaised: true,
});

const withoutPhoneNumber = (mismatch: Mismatch): Mismatch => {
  const { partnerReferenceNo } = mismatch;
  return {
    ...mismatch,
    partnerReferenceNo: writtenReference(partnerReferenceNo) ?? partnerReferenceNo,
  };
};
