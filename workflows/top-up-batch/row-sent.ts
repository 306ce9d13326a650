import { ActivityFailure, patched, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { TopUpActivities, TopUpAtOnce, TopUpFact } from '../../activities/top-up.js';
import {
  partResultsQuery,
  type TopUpRow,
  type TopUpRowResult,
} from '../../contract/top-up-batch.js';
import { MOVE, QUESTION } from '../mechanisms/call-options.js';
import { earlierAnswers } from '../mechanisms/earlier-run.js';
import { ownTopUp } from '../top-up/own.js';

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
  #earlier: Promise<ReadonlyMap<string, TopUpRowResult>> | undefined;

  readonly #onUnproven: () => void;

  /** @param onUnproven - told once in each run that is not the first: whatever it has not proven may have been sent. */
  constructor(onUnproven: () => void) {
    this.#onUnproven = onUnproven;
  }

  async send(row: TopUpRow): Promise<TopUpAtOnce> {
    const answer = await this.#sent(row);
    return answer.kind === 'unclear' && answer.unprovenIn !== undefined
      ? this.#askedFirst(row, answer.unprovenIn)
      : answer;
  }

  async #askedFirst(row: TopUpRow, runId: string): Promise<TopUpAtOnce> {
    const lastSentAt = this.#since.get(runId) ?? new Date().toISOString();
    if (!this.#since.has(runId)) this.#onUnproven();
    this.#since.set(runId, lastSentAt);
    const became = await this.became(row, lastSentAt);
    if (became !== 'absent') return became;
    this.#provenIn.set(row.partnerReferenceNo, runId);
    return this.#sent(row);
  }

  /**
   * Asks DOKU what became of a row that an earlier run may have sent.
   *
   * @param lastSentAt - ISO 8601: since then nobody has.
   * @returns `absent` where DOKU proves that none did.
   */
  async became(row: TopUpRow, lastSentAt: string): Promise<TopUpAtOnce | 'absent'> {
    const { partnerReferenceNo, customerId, amount } = row;
    try {
      const fact = await queryTopUp.executeWithOptions(
        { summary: `Query Top Up ${partnerReferenceNo}` },
        [{ partnerReferenceNo, customerId, sent: { lastSentAt } }],
      );
      if (fact.status === 'not-found') return 'absent';
      const mayBeOwn = !fact.isOthers && (fact.amount ?? amount.value) === amount.value;
      if (fact.status !== 'success' || !mayBeOwn) return { kind: 'unclear', mayBeSent: true };
      return await this.#endOf(row, fact);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return { kind: 'unclear', mayBeSent: true };
    }
  }

  /** DOKU has paid something under the row's number, which need not be the row (money rule 7). */
  async #endOf(row: TopUpRow, { referenceNo }: TopUpFact): Promise<TopUpAtOnce> {
    const { partnerReferenceNo, customerId, amount } = row;
    const own: TopUpAtOnce = { kind: 'completed', ...(referenceNo && { referenceNo }) };
    if (!patched('reset-rows-are-proven-own')) return own;
    const earlier = (await this.#earlierResults()).get(partnerReferenceNo);
    if (earlier?.outcome === 'completed' && earlier.referenceNo === referenceNo) return own;
    const isKnownAsOthers = earlier?.refusal === 'number-used-otherwise';
    const found = isKnownAsOthers
      ? 'other'
      : await ownTopUp({ partnerReferenceNo, customerId }, amount, undefined);
    if (found === 'own') return own;
    return found === 'other'
      ? { kind: 'refused', refusal: 'number-used-otherwise' }
      : { kind: 'unclear', mayBeSent: true };
  }

  /** By number: what the runs before this one have said of their rows; nothing where they do not tell. */
  #earlierResults(): Promise<ReadonlyMap<string, TopUpRowResult>> {
    this.#earlier ??= earlierAnswers(partResultsQuery).then(
      ({ answers }) => new Map(answers.flat().map((each) => [each.partnerReferenceNo, each])),
      (error) => {
        if (!(error instanceof ActivityFailure)) throw error;
        return new Map();
      },
    );
    return this.#earlier;
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
