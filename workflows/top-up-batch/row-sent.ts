import { ActivityFailure, patched, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { TopUpActivities, TopUpAtOnce, TopUpFact } from '../../activities/top-up.js';
import {
  partResultsQuery,
  type TopUpRow,
  type TopUpRowResult,
} from '../../contract/top-up-batch.js';
import { MOVE, QUESTION } from '../mechanisms/call-options.js';
import { earlierAnswers } from '../mechanisms/earlier-run.js';
import { LONG_AGO } from '../mechanisms/run-of-move.js';
import { ownTopUp } from '../top-up/own.js';
import type { Claims } from './claims.js';
import { creditedIn } from './row-result.js';

const { topUpAtOnce } = proxyActivities<Pick<TopUpActivities, 'topUpAtOnce'>>({
  ...MOVE,
  // Three calls of DOKU's in a row.
  startToCloseTimeout: '45 seconds',
});
const { queryTopUp } = proxyActivities<Pick<TopUpActivities, 'queryTopUp'>>(QUESTION);

/** What became of a row that was sent in one go. */
export type RowAnswer =
  | Exclude<TopUpAtOnce, { kind: 'completed' }>
  | (Extract<TopUpAtOnce, { kind: 'completed' }> & Pick<TopUpRowResult, 'creditedAmount'>);

/** DOKU would not take it now, or is out of reach: nothing has moved, and it may be tried again. */
export const isHeldBack = (answer: TopUpAtOnce): boolean =>
  answer.kind === 'refused'
    ? answer.refusal === 'insufficient-funds'
    : answer.kind === 'unclear' && !answer.mayBeSent;

const NOT_BOUND = { kind: 'refused', refusal: 'not-bound' } as const;

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

/** Whether DOKU may have heard of any of the rows: it says so, or nothing. That of dozens none is known is more than one answer. */
export async function isAnyKnown(rows: readonly TopUpRow[]): Promise<boolean> {
  const known = await Promise.all(rows.map((row) => isAbsent(row).then((absent) => !absent)));
  return known.includes(true);
}

async function isAbsent({ partnerReferenceNo, customerId }: TopUpRow): Promise<boolean> {
  try {
    const { status } = await queryTopUp.executeWithOptions(
      { summary: `Query Top Up ${partnerReferenceNo}`, scheduleToCloseTimeout: '10 minutes' },
      [{ partnerReferenceNo, customerId }],
    );
    return status === 'not-found';
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

  readonly #claims: Claims;
  readonly #onUnproven: () => void;
  #claimedAgain: Promise<void> | undefined;

  /**
   * @param claims - of the part: a run that is not the first claims again.
   * @param onUnproven - told once in each run that is not the first: whatever it has not proven may have been sent.
   */
  constructor(claims: Claims, onUnproven: () => void) {
    this.#claims = claims;
    this.#onUnproven = onUnproven;
  }

  async send(row: TopUpRow): Promise<RowAnswer> {
    const answer = await this.#sent(row);
    if (answer.kind !== 'unclear' || answer.unprovenIn === undefined) return answer;
    if (answer.isBroken) return this.#askedFirst(row, answer.unprovenIn, new Date().toISOString());
    const lastSentAt = this.#since.get(answer.unprovenIn) ?? new Date().toISOString();
    if (!this.#since.has(answer.unprovenIn)) {
      this.#onUnproven();
      this.#claimedAgain = this.#claims.again();
    }
    this.#since.set(answer.unprovenIn, lastSentAt);
    if (this.#claims.isUsed) await this.#claimedAgain;
    if (this.#claims.isTaken(row)) return { kind: 'unclear', mayBeSent: true, isKnown: 'same' };
    return this.#askedFirst(row, answer.unprovenIn, lastSentAt);
  }

  /** @param lastSentAt - the last moment at which somebody else may have sent it. */
  async #askedFirst(row: TopUpRow, runId: string, lastSentAt: string): Promise<RowAnswer> {
    const became = await this.became(row, lastSentAt);
    if (became !== 'absent') return became;
    this.#provenIn.set(row.partnerReferenceNo, runId);
    return this.#sent(row);
  }

  /**
   * Asks DOKU what became of a row that an earlier run may have sent.
   *
   * @param lastSentAt - ISO 8601: since then nobody has. Without it that was long ago.
   * @returns `absent` where DOKU proves that none did.
   */
  async became(row: TopUpRow, lastSentAt?: string): Promise<RowAnswer | 'absent'> {
    const { partnerReferenceNo, customerId, amount } = row;
    const sent = lastSentAt ? { lastSentAt, mayBeUnderWay: true as const } : LONG_AGO;
    try {
      const fact = await queryTopUp.executeWithOptions(
        { summary: `Query Top Up ${partnerReferenceNo}` },
        [{ partnerReferenceNo, customerId, sent }],
      );
      if (fact.status === 'not-found') return 'absent';
      const mayBeOwn = !fact.isOthers && (fact.amount ?? amount.value) === amount.value;
      if (fact.status !== 'success' || !mayBeOwn)
        return { kind: 'unclear', mayBeSent: true, isAtDoku: true };
      return await this.#endOf(row, fact);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return (await this.#wasNotBound(row)) ? NOT_BOUND : { kind: 'unclear', mayBeSent: true };
    }
  }

  /** Whether the runs before have told that its customer has no account, so that nothing was sent: nor can DOKU be asked then. */
  async #wasNotBound({ partnerReferenceNo }: TopUpRow): Promise<boolean> {
    if (!patched('not-bound-stays-told')) return false;
    const told = (await this.#earlierResults()).get(partnerReferenceNo);
    return told?.outcome === 'failed' && told.refusal === NOT_BOUND.refusal;
  }

  /** DOKU has paid something under the row's number, which need not be the row (money rule 7). */
  async #endOf(row: TopUpRow, fact: TopUpFact): Promise<RowAnswer> {
    const { referenceNo } = fact;
    const isAmountTold = fact.amount !== undefined;
    const { partnerReferenceNo, customerId, amount } = row;
    const own: TopUpAtOnce = { kind: 'completed', ...(referenceNo && { referenceNo }) };
    if (!patched('reset-rows-are-proven-own')) return own;
    const earlier = (await this.#earlierResults()).get(partnerReferenceNo);
    if (earlier?.outcome === 'completed' && earlier.referenceNo === referenceNo)
      return { ...own, ...creditedIn(earlier) };
    const isKnownAsOthers = earlier?.refusal === 'number-used-otherwise';
    const { whose } = isKnownAsOthers
      ? { whose: 'other' as const }
      : await ownTopUp({ partnerReferenceNo, customerId }, amount, {}, isAmountTold);
    if (whose === 'own') return own;
    return whose === 'other'
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
