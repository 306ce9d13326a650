/**
 * What the reconciliation reads: Temporal's journeys page by page, and DOKU's word on each.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { AuthorizedPurchaseResult } from '../../contract/authorized-purchase.js';
import type { BankTransferResult } from '../../contract/bank-transfer.js';
import { customerNotBoundError } from '../../contract/errors.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { HistoryEntry } from '../../contract/reads.js';
import type { Mismatch, ReconciliationCounts } from '../../contract/reconciliation.js';
import type { RefundResult } from '../../contract/refund.js';
import type { TopUpResult } from '../../contract/top-up.js';
import type { TopUpBatchPartResult } from '../../contract/top-up-batch.js';
import { atOnce } from '../calling/at-once.js';
import { PatientAsker } from '../calling/patient-asker.js';
import type { HistoryActivities } from '../history.js';
import type { PurchaseActivities } from '../purchase.js';
import type { TopUpActivities } from '../top-up.js';
import { KnownReferences } from './known-references.js';
import { type JourneyPage, type ListedJourney, listed } from './listed-journeys.js';
import {
  authorizedPurchaseVerdict,
  brokenVerdict,
  purchaseVerdict,
  refundVerdict,
  transferVerdict,
  type Verdict,
} from './verdict.js';

/** What a page of a reconciliation came to. */
export interface Compared {
  readonly counts: Partial<ReconciliationCounts>;
  readonly mismatches: readonly Mismatch[];
}

/** Journeys of one movement each, which a page holds many of. */
const SINGLE = ['purchase', 'authorizedPurchase', 'refund', 'topUp', 'bankTransfer'];
/** One holds hundreds of movements, so that a page holds few: no more than a page of the others is asked about again. */
const PART = 'topUpBatchPart';
const PARTS_A_PAGE = 4;
/** Before the token of a page of parts, which come after all the others. */
const PARTS = 'parts:';

/** DOKU's answers come in a fraction of a second: fewer at once would not use up what the pace allows. */
const AT_ONCE = 20;
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
    async listJourneys(page: { from: string; to: string; token: string }): Promise<JourneyPage> {
      const period = `StartTime >= '${page.from}' AND StartTime < '${page.to}'`;
      if (!page.token.startsWith(PARTS)) {
        const types = SINGLE.map((type) => `'${type}'`).join(', ');
        const query = `WorkflowType IN (${types}) AND ${period}`;
        const { journeys, next } = await listed(client, query, page.token);
        return { journeys, next: next || PARTS };
      }
      const query = `WorkflowType = '${PART}' AND ${period}`;
      const token = page.token.slice(PARTS.length);
      const { journeys, next } = await listed(client, query, token, PARTS_A_PAGE);
      return { journeys, next: next && `${PARTS}${next}` };
    },

    /** Holds journeys against DOKU's query, at the pace that DOKU allows. */
    async compareJourneys({ journeys }: { journeys: readonly ListedJourney[] }): Promise<Compared> {
      const tally = new Tally();
      const [parts, singles] = [journeys.filter(isPart), journeys.filter((one) => !isPart(one))];
      await atOnce(singles, AT_ONCE, (journey) => asker.compare(journey, tally));
      for (const part of parts) await asker.compareRows(part, tally);
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
      await atOnce(range.customerIds, AT_ONCE, (customerId) =>
        asker.lookFor(customerId, range, tally),
      );
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

/** Asks Temporal and DOKU about many journeys. */
class Asker {
  readonly #dependencies: ReconciliationDependencies;
  readonly #doku: PatientAsker;
  readonly #known: KnownReferences;

  constructor(dependencies: ReconciliationDependencies) {
    this.#dependencies = dependencies;
    this.#doku = new PatientAsker(dependencies.callsASecond);
    this.#known = new KnownReferences(dependencies.client);
  }

  async compare(journey: ListedJourney, tally: Tally): Promise<void> {
    if (journey.status === 'RUNNING') return tally.count('open');
    const { workflowId: subject, partnerReferenceNo, customerId } = journey;
    await judged({ subject, partnerReferenceNo, customerId }, tally, () =>
      this.#verdictOn(journey),
    );
  }

  async compareRows(part: ListedJourney, tally: Tally): Promise<void> {
    if (part.status === 'RUNNING') return tally.count('open');
    if (part.status !== 'COMPLETED') return;
    const { results } = await this.#result<TopUpBatchPartResult>(part);
    const sent = results.filter(({ outcome }) => outcome !== 'cancelled');
    await atOnce(sent, AT_ONCE, (row) => {
      const { partnerReferenceNo, customerId } = row;
      const subject = `${part.workflowId}, ${partnerReferenceNo}`;
      const key = { partnerReferenceNo, customerId };
      return judged({ subject, ...key }, tally, async () =>
        transferVerdict(row, await this.#doku.ask(() => this.#dependencies.topUps.queryTopUp(key))),
      );
    });
  }

  async #verdictOn(journey: ListedJourney): Promise<Verdict> {
    const { purchases, topUps } = this.#dependencies;
    const isBroken = journey.status !== 'COMPLETED';
    switch (journey.type) {
      case 'purchase':
      case 'refund': {
        const fact = await this.#doku.ask(() => purchases.queryPurchase(journey));
        if (isBroken) return brokenVerdict(journey.status, fact);
        if (journey.type === 'refund')
          return refundVerdict(await this.#result<RefundResult>(journey), fact);
        const result = await this.#result<PurchaseResult>(journey);
        const isReversed = result.outcome === 'paid' && fact.status !== 'success';
        const wasRefunded = isReversed && (await this.#hasRefund(journey.partnerReferenceNo));
        return purchaseVerdict(result, fact, wasRefunded);
      }
      case 'topUp': {
        const fact = await this.#doku.ask(() => topUps.queryTopUp(journey));
        return isBroken
          ? brokenVerdict(journey.status, fact)
          : transferVerdict(await this.#result<TopUpResult>(journey), fact);
      }
      default: {
        const fact = await this.#doku.ask(() =>
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
    tally: Tally,
  ): Promise<void> {
    const moved: HistoryEntry[] = [];
    for (let pageNumber = 0; ; pageNumber++) {
      const answer = await this.#doku.ask(() =>
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
    const known = await this.#known.ofCustomer(customerId);
    for (const entry of moved) {
      tally.count('entries');
      const { partnerReferenceNo } = entry;
      // DOKU shows no reference of ours: nothing here can be compared with it.
      if (partnerReferenceNo === undefined || known.has(partnerReferenceNo)) continue;
      if (entry.type === 'TOP_UP' && (await this.#known.hasBatchRow(partnerReferenceNo, range)))
        continue;
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

  async #hasRefund(partnerReferenceNo: string): Promise<boolean> {
    const query = `WorkflowType = 'refund' AND PartnerReferenceNo = '${partnerReferenceNo}'`;
    const { journeys } = await listed(this.#dependencies.client, query, '');
    return journeys.length > 0;
  }

  async #result<Result>({ workflowId }: ListedJourney): Promise<Result> {
    return (await this.#dependencies.client.workflow.getHandle(workflowId).result()) as Result;
  }
}

const isPart = ({ type }: ListedJourney) => type === PART;

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
  (error.type === customerNotBoundError.type || error.type === 'RefusedQuestion');
