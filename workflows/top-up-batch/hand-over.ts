import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  type CancellationScope,
  ChildWorkflowFailure,
  type ChildWorkflowOptions,
  condition,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  startChild,
} from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { JourneyEnd, OpenJourneyActivities } from '../../activities/journeys/open.js';
import type { TopUpActivities, TopUpFact, TopUpKey } from '../../activities/top-up.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { TopUpHandOver, TopUpResult } from '../../contract/top-up.js';
import type { TopUpBatchPartInput, TopUpRow, TopUpRowResult } from '../../contract/top-up-batch.js';
import { QUESTION, WAIT } from '../mechanisms/call-options.js';
import { otherAmountInHistory } from '../mechanisms/own-history.js';
import { believed } from '../mechanisms/refused-payload.js';
import { sentByAnother } from '../mechanisms/run-of-move.js';
import { topUp } from '../top-up/journey.js';
import { sentOf } from '../top-up/known.js';
import { ownTopUp, type WhoseTopUp } from '../top-up/own.js';
import type { Claims } from './claims.js';
import type { Progress } from './progress.js';
import { completed, inDoubt, refused, resultOf } from './row-result.js';

const { awaitJourney } = proxyActivities<Pick<OpenJourneyActivities, 'awaitJourney'>>(WAIT);
/** What an answer or two can say of what DOKU still works on: the question takes it only after a quiet time. */
const GIVEN_UP: ReadonlySet<string> = new Set(['failed', 'cancelled', 'refunded']);
const { queryTopUp } = proxyActivities<Pick<TopUpActivities, 'queryTopUp'>>(QUESTION);
const { awaitTopUpEnd } = proxyActivities<Pick<TopUpActivities, 'awaitTopUpEnd'>>(WAIT);

/** Most have ended before, and are not worth a word. */
const NAMED_AFTER = '5 seconds';

/**
 * What is not clear at once becomes a journey of its own, which asks before it sends.
 *
 * @param stoppable - ends what has not been sent when the part is stopped.
 * @param progress - told which journey a row waits for.
 * @param claims - told once a row's number has a journey, so that nobody else begins one unseen.
 */
export class HandOver {
  readonly #batch: Pick<TopUpBatchPartInput, 'batchReference' | 'waitForFunds'>;
  readonly #stoppable: CancellationScope;
  readonly #progress: Pick<Progress, 'waitFor'>;
  readonly #claims: Pick<Claims, 'isUsed' | 'isSettled'>;

  constructor(
    batch: Pick<TopUpBatchPartInput, 'batchReference' | 'waitForFunds'>,
    stoppable: CancellationScope,
    progress: Pick<Progress, 'waitFor'>,
    claims: Pick<Claims, 'isUsed' | 'isSettled'>,
  ) {
    this.#batch = batch;
    this.#stoppable = stoppable;
    this.#progress = progress;
    this.#claims = claims;
  }

  /** The row's end, whatever becomes of its journey. */
  async of(row: TopUpRow, known: TopUpHandOver): Promise<TopUpRowResult> {
    try {
      return resultOf(row, believed(await this.#run(row, known)));
    } catch (error) {
      return this.#endWithout(row, known, error);
    }
  }

  /**
   * The number's own journey had ended without the credit: another one tells of it from now on, and sends nothing (money rule 10).
   *
   * @param end - the row's, which is DOKU's word already.
   */
  async told(row: TopUpRow, end: TopUpRowResult): Promise<TopUpRowResult> {
    const lastSentAt = new Date().toISOString();
    const known = { mayBeSent: true, lastSentAt, isAccepted: true, isStopped: true } as const;
    try {
      await startChild(topUp, this.#optionsFor(row, known, 'ALLOW_DUPLICATE'));
    } catch (error) {
      // Somebody has begun one meanwhile: it will hear the same of DOKU.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return end;
  }

  #optionsFor(
    row: TopUpRow,
    known: TopUpHandOver,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' | 'REJECT_DUPLICATE',
  ) {
    const { batchReference, waitForFunds } = this.#batch;
    return {
      workflowId: topUpWorkflowId(row.partnerReferenceNo),
      workflowIdReusePolicy,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [
        { ...(row as TopUpRow & { notes: string }), ...(waitForFunds && { waitForFunds }) },
        known,
      ],
      staticSummary: `Top-up ${row.partnerReferenceNo} of batch ${batchReference}`,
    } satisfies ChildWorkflowOptions & { args: Parameters<typeof topUp> };
  }

  /** @param isAgain - a journey of this number was ended from outside. */
  #run(row: TopUpRow, known: TopUpHandOver, isAgain = false): Promise<TopUpResult> {
    const reuse = isAgain ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'REJECT_DUPLICATE';
    const options = this.#optionsFor(row, known, reuse);
    const begin = async () => {
      // Histories of before have their promises settle in another order.
      if (!this.#claims.isUsed) return executeChild(topUp, options);
      const child = await startChild(topUp, options);
      this.#claims.isSettled(row);
      return child.result();
    };
    return known.isStopped ? begin() : this.#stoppable.run(begin);
  }

  /** There is one of this number already, or ours was ended from outside. */
  async #endWithout(row: TopUpRow, known: TopUpHandOver, error: unknown): Promise<TopUpRowResult> {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      this.#claims.isSettled(row);
      return this.#existing(row, known);
    }
    if (isEndedFromOutside(error)) return this.#again(row);
    throw error;
  }

  /** Somebody else started it: its end is this row's end, if it is the same payout. */
  async #existing(row: TopUpRow, known: TopUpHandOver): Promise<TopUpRowResult> {
    const end = await this.#endOf(row);
    if (end.ended === 'other') return this.#otherwise(row, known);
    if (end.ended !== 'result') return this.#again(row);
    const result = end.result as TopUpResult;
    // What is no top-up's end must stop no batch.
    if (!result?.amount) return this.#again(row);
    const { value, currency } = result.amount;
    if (value !== row.amount.value || currency !== row.amount.currency)
      return this.#otherwise(row, known);
    if (result.outcome === 'completed' || !known.mayBeSent || end.isOfBefore)
      return resultOf(row, result);
    // It may have ended before this row was sent, so that it does not speak for it.
    const asked = await this.#asked(row, known, result.refusal);
    const isTold = asked.outcome !== 'completed' || !patched('second-tries-are-told-of');
    return isTold ? asked : this.told(row, asked);
  }

  /**
   * The number's journey is of another payout, which says nothing of a row that was sent before it began, nor of one that DOKU calls
   * inconsistent with what it has.
   */
  async #otherwise(row: TopUpRow, known: TopUpHandOver): Promise<TopUpRowResult> {
    const isSent = known.mayBeSent && known.isKnown === undefined;
    return isKnownOtherwise(known) || (isSent && patched('sent-rows-are-asked-about'))
      ? this.#asked(row, known, 'number-used-otherwise')
      : refused(row, 'number-used-otherwise');
  }

  async #endOf(row: TopUpRow): Promise<JourneyEnd & { isOfBefore?: true }> {
    const workflowId = topUpWorkflowId(row.partnerReferenceNo);
    const waited = awaitJourney.executeWithOptions({ summary: workflowId }, [
      { workflowId, customerId: row.customerId },
    ]);
    const end = await this.#named(row, workflowId, waited);
    // Histories of before hold the journey's result itself.
    return 'ended' in end ? end : { ended: 'result', result: end, isOfBefore: true };
  }

  /** It may wait for days, or for an operator: whoever looks at the batch has to learn for whom. */
  async #named<End>(row: TopUpRow, workflowId: string, waited: Promise<End>): Promise<End> {
    if (!patched('names-whom-it-waits-for')) return waited;
    let isOver = false;
    const over = waited.finally(() => {
      isOver = true;
    });
    over.catch(() => undefined);
    if (await condition(() => isOver, NAMED_AFTER)) return over;
    this.#progress.waitFor(row, workflowId);
    try {
      return await over;
    } finally {
      this.#progress.waitFor(row, undefined);
    }
  }

  /** The journey was ended from outside: another one finds out what became of the payout, and sends nothing. */
  async #again(row: TopUpRow): Promise<TopUpRowResult> {
    const known: TopUpHandOver = {
      mayBeSent: true,
      ...sentByAnother(),
      isStopped: true,
    };
    try {
      const result = resultOf(row, believed(await this.#run(row, known, true)));
      return result.outcome === 'cancelled' ? refused(row, 'journey-ended') : result;
    } catch (error) {
      if (isEndedFromOutside(error)) return inDoubt(row);
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    // An operator's reset, say, has it go on.
    const end = await this.#endOf(row);
    return end.ended === 'result' ? resultOf(row, end.result as TopUpResult) : inDoubt(row);
  }

  /** Once DOKU has shown it, that it does not is a lag. */
  async #ended(key: TopUpKey, sent: Sent): Promise<TopUpFact> {
    const fact = await queryTopUp.executeWithOptions(
      { summary: `Query Top Up ${key.partnerReferenceNo}` },
      [{ ...key, sent }],
    );
    if (fact.status !== 'open') return fact;
    const end = await awaitTopUpEnd(key);
    if (end.status === 'unknown' && patched('unknown-is-asked-again'))
      return this.#ended(key, sent);
    if (GIVEN_UP.has(end.status) && patched('ends-of-waits-are-asked-for'))
      return this.#ended(key, { ...sent, isAtDoku: true });
    return end.status === 'not-found' && patched('shown-is-no-absence')
      ? this.#ended(key, { ...sent, isAtDoku: true })
      : end;
  }

  /** @param refusal - of the journey that ended before. */
  async #asked(row: TopUpRow, known: TopUpHandOver, refusal = 'failed'): Promise<TopUpRowResult> {
    const { partnerReferenceNo, customerId, amount } = row;
    const key = { partnerReferenceNo, customerId };
    try {
      const { status, referenceNo, amount: told } = await this.#ended(key, sentOf(known));
      if (status === 'success') {
        const isTold = told !== undefined;
        if (isTold && told !== amount.value && !isKnownOtherwise(known)) return inDoubt(row);
        if (known.isAccepted || !patched('only-accepted-is-own'))
          return isTold || (await otherAmountInHistory(key, amount, 'credit')) === undefined
            ? completed(row, referenceNo)
            : inDoubt(row);
        const { whose } = await ownTopUp(key, amount, { known: known.isKnown }, isTold);
        return ownEnd(row, whose, referenceNo);
      }
      return status === 'unknown' ? inDoubt(row) : refused(row, refusal);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return inDoubt(row);
    }
  }
}

/** Its own history tells whether it was carried out in another amount. */
const isKnownOtherwise = ({ mayBeSent, isKnown }: TopUpHandOver): boolean =>
  mayBeSent && isKnown === 'other' && patched('rows-known-otherwise-are-asked-about');

function ownEnd(
  row: TopUpRow,
  whose: WhoseTopUp['whose'],
  referenceNo: string | undefined,
): TopUpRowResult {
  if (whose === 'own') return completed(row, referenceNo);
  return whose === 'other' ? refused(row, 'number-used-otherwise') : inDoubt(row);
}

/** Terminated, failed, timed out; or cancelled before it began. */
const isEndedFromOutside = (error: unknown): boolean =>
  error instanceof ChildWorkflowFailure || isCancellation(error);
