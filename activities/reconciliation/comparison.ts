/**
 * One journey, or one row of a batch, held against DOKU.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { AuthorizedPurchaseResult } from '../../contract/authorized-purchase.js';
import type { BankTransferResult } from '../../contract/bank-transfer.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { PurchaseResult } from '../../contract/purchase.js';
import type { RefundResult } from '../../contract/refund.js';
import type { TopUpResult } from '../../contract/top-up.js';
import type { PatientAsker } from '../calling/patient-asker.js';
import type { HistoryActivities, HistoryFact } from '../history.js';
import type { MovementKind } from '../history-entry.js';
import { accountsOf } from '../journeys/wallet.js';
import type { PurchaseActivities, PurchaseFact, PurchaseQuestion } from '../purchase.js';
import type { TopUpActivities, TopUpFact } from '../top-up.js';
import { accountShownBy } from './account-shown.js';
import { PART, type PartRow, rowsOf } from './batch-rows.js';
import { doneSteps } from './done-steps.js';
import { givenBackOf, isReversed } from './given-back.js';
import type { ListedJourney } from './listed-journeys.js';
import { isNamed, type OwnRun, type OwnRuns } from './own-runs.js';
import type { Payout } from './paid-rows.js';
import { Payers } from './payers.js';
import { isUnreadable, resultOf } from './records.js';
import { createReversalInHistory } from './reversal-in-history.js';
import type { Found, Subject } from './subject.js';
import { Unaskable, unaskableBy } from './unaskable.js';
import {
  authorizedPurchaseVerdict,
  brokenRefundVerdict,
  brokenVerdict,
  type GivenBack,
  NOTHING_GIVEN_BACK,
  purchaseVerdict,
  refundNoOf,
  refundVerdict,
  rejectedRefundVerdict,
  stepVerdict,
  told,
  transferVerdict,
  type Verdict,
} from './verdict.js';

/** Journeys of one movement each. */
export const SINGLE = ['purchase', 'authorizedPurchase', 'refund', 'topUp', 'bankTransfer'];

/** A transfer that was never executed, as far as DOKU's history told, is watched: it may still come. */
const WATCHED_MS = 7 * 86_400_000;

/** What a comparison came to. */
export type Held =
  | {
      readonly kind: 'compared';
      readonly verdict: Verdict;
      /** DOKU's status, and its own words for people. */
      readonly status: string;
      readonly doku: string;
      readonly amount?: string;
      /** ISO 8601: it is looked at again daily until then. */
      readonly watchUntil?: string;
    }
  | {
      readonly kind: 'unaskable';
      readonly why: string;
      /** DOKU gave no answer that can be read. */
      readonly isUnanswered?: true;
      /** Nothing was ever sent, so that there is nothing to ask about. */
      readonly isMoot?: true;
    };

export interface ComparisonDependencies {
  readonly client: Client;
  readonly own: OwnRuns;
  readonly doku: PatientAsker;
  readonly purchases: Pick<PurchaseActivities, 'queryPurchase'>;
  readonly topUps: Pick<TopUpActivities, 'queryTopUp'>;
  readonly history: Pick<HistoryActivities, 'queryHistory'>;
}

type Fact = PurchaseFact | TopUpFact | HistoryFact;
interface Compared {
  readonly fact: Fact;
  readonly verdict: Verdict;
  readonly watchUntil?: string;
}

/** Holds journeys against DOKU. */
export class Comparison {
  readonly #dependencies: ComparisonDependencies;
  readonly #payers: Payers;
  readonly #withReversal: ReturnType<typeof createReversalInHistory>;

  constructor(dependencies: ComparisonDependencies) {
    this.#dependencies = dependencies;
    this.#payers = new Payers(dependencies.client, dependencies.own);
    this.#withReversal = createReversalInHistory(dependencies);
  }

  /** What is to be compared of a run: the run of its journey that counts, or its rows. */
  async subjectsOf(run: ListedJourney): Promise<Found> {
    const { own } = this.#dependencies;
    if (!isNamed(run)) return { kind: 'subjects', subjects: [], isOdd: true };
    const counting = await own.counting(run.workflowId);
    if (counting.kind === 'forgotten') return { kind: 'superseded' };
    if (counting.kind === 'open') return { kind: 'open' };
    if (counting.kind === 'nobodys') return { kind: 'subjects', subjects: [], isOdd: true };
    const { run: counts } = counting;
    // A page that an older worker listed does not say which run it is.
    const isAnother = run.runId !== '' && counts.runId !== run.runId;
    if (isAnother && counts.startedAt > run.startedAt) return { kind: 'superseded' };
    const isOdd = counting.isOdd || (isAnother && (await own.isNobodys(run)));
    return { kind: 'subjects', subjects: await this.rowsOf(counts), isOdd };
  }

  /** The journey itself, or what a part of a batch has. */
  async rowsOf(journey: OwnRun): Promise<Subject[]> {
    if (journey.type !== PART) return [{ journey }];
    const rows = await rowsOf(this.#dependencies.client, journey).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      return undefined;
    });
    return rows ? rows.map((row) => ({ journey, row })) : [{ journey }];
  }

  /** @throws where Temporal does not answer. */
  async hold(subject: Subject): Promise<Held> {
    try {
      const { fact, verdict, watchUntil } = await this.#compare(subject);
      return {
        kind: 'compared',
        verdict,
        status: fact.status,
        doku: told(fact),
        ...(fact.amount && { amount: fact.amount }),
        ...(watchUntil && { watchUntil }),
      };
    } catch (error) {
      const why = unaskableBy(error);
      if (why === undefined) throw error;
      return { kind: 'unaskable', ...why };
    }
  }

  async #compare({ journey, row }: Subject): Promise<Compared> {
    if (row) return this.#compareRow(journey, row);
    if (journey.type === PART) throw new Unaskable('its rows cannot be read');
    if (journey.isLocked) throw new Unaskable('a payload key is missing that reads it');
    if (!journey.partnerReferenceNo || !journey.customerId)
      throw new Unaskable('it does not say what it is about');
    switch (journey.type) {
      case 'purchase':
        return this.#comparePurchase(journey);
      case 'refund':
        return this.#compareRefund(journey);
      case 'topUp':
        return this.#compareTopUp(journey);
      case 'bankTransfer':
        return this.#compareTransfer(journey);
      default:
        return this.#compareAuthorized(journey);
    }
  }

  async #comparePurchase(journey: OwnRun): Promise<Compared> {
    const result = await this.#resultOf<PurchaseResult>(journey);
    const fact = await this.#withReversal(journey, await this.#queryPurchase(journey));
    if (result === undefined) return { fact, verdict: brokenVerdict(journey.status, fact) };
    const first = purchaseVerdict(result, fact, NOTHING_GIVEN_BACK);
    if (first === undefined || result.outcome !== 'paid') return { fact, verdict: first };
    const givenBack = await this.#givenBackOf(journey);
    const verdict = purchaseVerdict(result, fact, givenBack);
    if (verdict !== undefined && givenBack.underWay.size > 0)
      throw new Unaskable('a refund of it is under way');
    return { fact, verdict };
  }

  #givenBackOf({ partnerReferenceNo }: OwnRun): Promise<GivenBack> {
    const { client, own } = this.#dependencies;
    return givenBackOf(client, own, partnerReferenceNo);
  }

  async #compareRefund(journey: OwnRun): Promise<Compared> {
    const result = await this.#resultOf<RefundResult>(journey);
    const shown = await this.#queryPurchase(journey, refundIn(journey, result));
    const fact = result?.by === 'cancel' ? await this.#withReversal(journey, shown) : shown;
    const told = result && refundVerdict(result, fact, NOTHING_GIVEN_BACK);
    // One without its number may be another's.
    if (told && !fact.mayBeUnnamed) return { fact, verdict: told };
    const verdictBeside = (givenBack: GivenBack, isBack: boolean) =>
      result
        ? (refundVerdict(result, fact, givenBack) ??
          rejectedRefundVerdict(result, fact, givenBack, isBack))
        : brokenRefundVerdict(journey, fact, givenBack, isBack);
    const isClear = !told && verdictBeside(NOTHING_GIVEN_BACK, false) === undefined;
    if (isClear && !fact.mayBeUnnamed) return { fact, verdict: undefined };
    const givenBack = await this.#givenBackOf(journey);
    const isBack = await isReversed(this.#dependencies.own, journey.partnerReferenceNo);
    const verdict = verdictBeside(givenBack, isBack);
    if (verdict !== undefined && givenBack.underWay.size > 0)
      throw new Unaskable('another refund of it is under way');
    return { fact, verdict };
  }

  async #compareTopUp(journey: OwnRun): Promise<Compared> {
    const result = await this.#resultOf<TopUpResult>(journey);
    if (result !== undefined) return this.#comparePayout(journey, { ...journey, ...result });
    const fact = await this.#queryTopUp(journey);
    return { fact, verdict: brokenVerdict(journey.status, fact) };
  }

  /** @param payout - a top-up's end, or a row's. */
  async #comparePayout(
    journey: ListedJourney,
    payout: Payout & { outcome: string; creditedAmount?: string; refusal?: string },
  ): Promise<Compared> {
    if (payout.refusal === 'number-used-otherwise') return this.#compareOtherwise(journey, payout);
    const fact = await this.#withAmount(journey, payout, await this.#queryTopUp(payout));
    const verdict = transferVerdict(payout, fact);
    const mayBeAnothers = verdict?.kind === 'status' && fact.status === 'success';
    if (!mayBeAnothers || payout.outcome === 'in-doubt') return { fact, verdict };
    switch (await this.#payers.paid(payout, journey)) {
      case 'same':
        return { fact, verdict: undefined };
      case 'other':
        return isAnothers(fact, payout)
          ? { fact, verdict: undefined }
          : this.#compareOtherwise(journey, payout);
      default:
        return { fact, verdict };
    }
  }

  /** Query Top Up may leave the amount out (doku-api §10.11): the customer's own history tells it, where it can be asked. */
  async #withAmount(
    journey: ListedJourney,
    { partnerReferenceNo, customerId }: Payout,
    fact: TopUpFact,
  ): Promise<TopUpFact> {
    if (fact.status !== 'success' || fact.amount !== undefined) return fact;
    try {
      const asked = { ...journey, partnerReferenceNo, customerId };
      const { status, amount } = await this.#queryHistory(asked, 'credit', undefined);
      return status === 'success' && amount ? { ...fact, amount } : fact;
    } catch (error) {
      // Without a token, say: the status alone is what there is.
      if (error instanceof ApplicationFailure && error.nonRetryable) return fact;
      throw error;
    }
  }

  /** What DOKU has under the number is another's, unless the customer's own history has it, and no other payout accounts for it. */
  async #compareOtherwise(
    journey: ListedJourney,
    payout: Payout & { outcome: string },
  ): Promise<Compared> {
    const { partnerReferenceNo, customerId, amount } = payout;
    const asked = { ...journey, partnerReferenceNo, customerId };
    const found = await this.#queryHistory(asked, 'credit', undefined);
    const { amount: credited = amount.value, ageMs } = found;
    const at = ageMs === undefined ? journey.startedAt : new Date(Date.now() - ageMs).toISOString();
    const isAnothers =
      found.status === 'other' ||
      (credited !== amount.value && (await this.#payers.isAnothers(payout, { credited, at })));
    const fact: HistoryFact = isAnothers ? { status: 'absent' } : found;
    return { fact, verdict: transferVerdict(payout, fact) };
  }

  async #compareTransfer(journey: OwnRun): Promise<Compared> {
    const result = await this.#resultOf<BankTransferResult>(journey);
    const fact = await this.#queryHistory(journey, 'transfer', result?.accountId);
    if (result === undefined) return { fact, verdict: brokenVerdict(journey.status, fact) };
    const verdict = transferVerdict(result, fact);
    const watchUntil = new Date(endOf(journey) + WATCHED_MS).toISOString();
    return { fact, verdict, ...(result.outcome === 'failed' && { watchUntil }) };
  }

  async #compareAuthorized(journey: OwnRun): Promise<Compared> {
    const result = await this.#resultOf<AuthorizedPurchaseResult>(journey);
    const fact = await this.#queryHistory(journey, 'payment', result?.accountId);
    if (result === undefined) return { fact, verdict: brokenVerdict(journey.status, fact) };
    const verdict = authorizedPurchaseVerdict(result, fact);
    return { fact, verdict: verdict ?? (await this.#compareSteps(journey, result)) };
  }

  /** Each capture and void in the amount that history has under its number; nothing where it does not tell. */
  async #compareSteps(journey: ListedJourney, result: AuthorizedPurchaseResult): Promise<Verdict> {
    for (const step of await doneSteps(this.#dependencies.client, journey)) {
      const asked = { ...journey, partnerReferenceNo: step.partnerNo };
      const kind = step.kind === 'capture' ? 'payment' : 'give-back';
      const fact = await this.#queryHistory(asked, kind, result.accountId);
      const verdict = stepVerdict(result, step, fact);
      if (verdict) return verdict;
    }
    return undefined;
  }

  async #compareRow(part: ListedJourney, row: PartRow): Promise<Compared> {
    if (row.outcome !== undefined)
      return this.#comparePayout(part, { ...row, outcome: row.outcome });
    const fact = await this.#queryTopUp(row);
    // What its part handed over to a journey of its own is judged with that one.
    const own = await this.#dependencies.own.begunAs(topUpWorkflowId(row.partnerReferenceNo));
    const isHandedOver = own.some(({ customerId }) => customerId === row.customerId);
    return { fact, verdict: isHandedOver ? undefined : brokenVerdict(part.status, fact) };
  }

  /** Nothing where the journey ended without one. */
  async #resultOf<Result extends { outcome: string }>(
    journey: OwnRun,
  ): Promise<Result | undefined> {
    if (journey.status !== 'COMPLETED') return undefined;
    const result = await this.#endOf<Result & { refusal?: string; reason?: string }>(journey);
    if (result.refusal === NOT_BOUND || result.reason === NOT_BOUND)
      throw new Unaskable('nothing was sent, as the customer was not bound', true);
    return result;
  }

  async #endOf<Result>(journey: OwnRun): Promise<Result> {
    if (journey.end) return journey.end.result as Result;
    return resultOf<Result>(this.#dependencies.client, journey).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      throw new Unaskable(`its result cannot be read: ${(error as Error).name}`);
    });
  }

  #queryPurchase(
    { partnerReferenceNo, customerId }: ListedJourney,
    doubt: Pick<PurchaseQuestion, 'refund'> = {},
  ): Promise<PurchaseFact> {
    const question = { partnerReferenceNo, customerId, ...doubt };
    return this.#dependencies.doku.ask(() => this.#dependencies.purchases.queryPurchase(question));
  }

  #queryTopUp({
    partnerReferenceNo,
    customerId,
  }: Pick<ListedJourney, 'partnerReferenceNo' | 'customerId'>): Promise<TopUpFact> {
    const key = { partnerReferenceNo, customerId };
    return this.#dependencies.doku.ask(() => this.#dependencies.topUps.queryTopUp(key));
  }

  /**
   * An entry of another kind under the same number is no answer (money rule 7), nor is another account's history (rule 8): where
   * nothing says which account it was, each that the customer has, or had, is asked.
   */
  async #queryHistory(
    journey: ListedJourney,
    kind: MovementKind,
    ended: string | undefined,
  ): Promise<HistoryFact> {
    const { client } = this.#dependencies;
    const accountId = ended ?? (await accountShownBy(client, journey));
    if (accountId !== undefined) return this.#askHistory(journey, kind, accountId);
    const accounts = await accountsOf(client, journey.customerId);
    let another: HistoryFact | undefined;
    for (const each of accounts.length > 0 ? accounts : [undefined]) {
      const fact = await this.#askHistory(journey, kind, each);
      if (fact.status !== 'absent' && fact.status !== 'other') return fact;
      if (fact.status === 'other') another ??= fact;
    }
    return another ?? { status: 'absent' };
  }

  #askHistory(
    { partnerReferenceNo, customerId, startedAt }: ListedJourney,
    kind: MovementKind,
    accountId: string | undefined,
  ): Promise<HistoryFact> {
    const account = accountId === undefined ? {} : { accountId };
    const question = { partnerReferenceNo, customerId, ...account, since: startedAt, kind };
    return this.#dependencies.doku.ask(() => this.#dependencies.history.queryHistory(question));
  }
}

const NOT_BOUND = 'not-bound';

/** DOKU's own word for that it is another payout. */
const isAnothers = (fact: TopUpFact, { amount }: Payout): boolean =>
  fact.isOthers === true || (fact.amount !== undefined && fact.amount !== amount.value);

/** DOKU may not list it, or not under its number: then history is asked. */
function refundIn(
  journey: OwnRun,
  result: RefundResult | undefined,
): Pick<PurchaseQuestion, 'refund'> {
  const partnerRefundNo = refundNoOf(journey);
  // It has had its time.
  const lastSentAt = new Date(0).toISOString();
  const amount = result?.refundedAmount ?? result?.amount.value ?? journey.amount;
  return { refund: { partnerRefundNo, lastSentAt, isWhole: false, ...(amount && { amount }) } };
}

export const endOf = ({ closedAt, startedAt }: ListedJourney) => Date.parse(closedAt ?? startedAt);
