import { ActivityFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { TopUpActivities, TopUpAtOnce } from '../../activities/top-up.js';
import type { TopUpRow } from '../../contract/top-up-batch.js';
import { MOVE, QUESTION } from '../mechanisms/call-options.js';

const { topUpAtOnce } = proxyActivities<Pick<TopUpActivities, 'topUpAtOnce'>>({
  ...MOVE,
  // Three calls of DOKU's in a row.
  startToCloseTimeout: '45 seconds',
});
const { queryTopUp } = proxyActivities<Pick<TopUpActivities, 'queryTopUp'>>(QUESTION);

/** DOKU would not take it now, or is out of reach: nothing has moved, and it may be tried again. */
export const isHeldBack = (answer: TopUpAtOnce): boolean =>
  answer.kind === 'refused'
    ? answer.refusal === 'insufficient-funds'
    : answer.kind === 'unclear' && !answer.mayBeSent;

/** Whether DOKU has heard of the row; not where it does not tell. */
export async function isKnown(row: TopUpRow | undefined): Promise<boolean> {
  if (row === undefined) return false;
  const { partnerReferenceNo, customerId } = row;
  try {
    const fact = await queryTopUp.executeWithOptions(
      { summary: `Query Top Up ${partnerReferenceNo}`, scheduleToCloseTimeout: '1 minute' },
      [{ partnerReferenceNo, customerId }],
    );
    return fact.status !== 'not-found';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return false;
  }
}

/** Sends rows in one go each; where an earlier run of the part may have done so, DOKU is asked first. */
export class Sender {
  /** By number: the run that has proven that those before it sent nothing. */
  readonly #provenIn = new Map<string, string>();
  /** By run: when it was noticed that it is not the first. The one before sends nothing since. */
  readonly #since = new Map<string, string>();

  async send(row: TopUpRow): Promise<TopUpAtOnce> {
    const answer = await this.#sent(row);
    return answer.kind === 'unclear' && answer.unprovenIn !== undefined
      ? this.#askedFirst(row, answer.unprovenIn)
      : answer;
  }

  async #askedFirst(row: TopUpRow, runId: string): Promise<TopUpAtOnce> {
    const { partnerReferenceNo, customerId, amount } = row;
    const lastSentAt = this.#since.get(runId) ?? new Date().toISOString();
    this.#since.set(runId, lastSentAt);
    try {
      const fact = await queryTopUp.executeWithOptions(
        { summary: `Query Top Up ${partnerReferenceNo}` },
        [{ partnerReferenceNo, customerId, sent: { lastSentAt } }],
      );
      if (fact.status === 'not-found') {
        this.#provenIn.set(partnerReferenceNo, runId);
        return await this.#sent(row);
      }
      const isOwn = !fact.isOthers && (fact.amount ?? amount.value) === amount.value;
      if (fact.status !== 'success' || !isOwn) return { kind: 'unclear', mayBeSent: true };
      return { kind: 'completed', ...(fact.referenceNo && { referenceNo: fact.referenceNo }) };
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return { kind: 'unclear', mayBeSent: true };
    }
  }

  async #sent(row: TopUpRow): Promise<TopUpAtOnce> {
    try {
      return await topUpAtOnce.executeWithOptions({ summary: `Top Up ${row.partnerReferenceNo}` }, [
        {
          ...(row as TopUpRow & { notes: string }),
          firstRunId: workflowInfo().originalExecutionRunId,
          provenIn: this.#provenIn.get(row.partnerReferenceNo),
        },
      ]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return { kind: 'unclear', mayBeSent: true };
    }
  }
}
