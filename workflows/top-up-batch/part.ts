import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { TopUpAtOnce } from '../../activities/top-up.js';
import { topUpWorkflowId } from '../../contract/identity.js';
import type { TopUpHandOver } from '../../contract/top-up.js';
import {
  batchFundedSignal,
  partPausedSignal,
  partResultsQuery,
  rowAttentionSignal,
  type TopUpBatchPartInput,
  type TopUpBatchPartResult,
  type TopUpRow,
  type TopUpRowResult,
  toBeSentQuery,
  underWayQuery,
} from '../../contract/top-up-batch.js';
import { comesAfterBrokenOff } from '../mechanisms/after-broken-off.js';
import { given } from '../mechanisms/bad-input.js';
import { atResets, ownResets } from '../mechanisms/earlier-run.js';
import { FundsWait } from '../mechanisms/funds-wait.js';
import { onQuery, onSignal } from '../mechanisms/messages.js';
import { otherAmountInHistory } from '../mechanisms/own-history.js';
import { Claims } from './claims.js';
import { countsOf } from './counts.js';
import { HandOver } from './hand-over.js';
import { Line } from './line.js';
import { Progress } from './progress.js';
import { cancelled, completed, refused } from './row-result.js';
import { isHeldBack, type RowAnswer, Sender } from './row-sent.js';
import { Trail } from './trail.js';

/** The batch hears of a part's progress each time so many rows have ended. */
const TELL_EVERY = 50;

/** A batch that is there answers within a moment, if it answers at all. */
const WORD_WITHIN = '1 minute';

/** One part of a top-up batch: its rows, so many at a time. Contract: `contract/top-up-batch.ts`. */
export async function topUpBatchPart(input: TopUpBatchPartInput): Promise<TopUpBatchPartResult> {
  return new Part(given(input)).run();
}

class Part {
  readonly #input: TopUpBatchPartInput;
  readonly #results = new Map<string, TopUpRowResult>();
  readonly #claims: Claims;
  readonly #sender: Sender;
  readonly #funds: FundsWait;
  readonly #line: Line;
  readonly #progress: Progress;
  readonly #handOver: HandOver;
  readonly #beganAt = new Date().toISOString();
  readonly #resets = ownResets.get();
  readonly #trail: Trail;
  /** ISO 8601: the run before the last reset, or one that was broken off, has sent nothing since. */
  #resetAt: string | undefined;
  #isAfterBrokenOff = false;
  /** Asked once, where rows are left unsent. */
  #brokenOff: Promise<void> | undefined;
  #underWay = 0;
  /** Rows that are journeys of their own. */
  #waiting = 0;
  #isPaused: boolean;
  /** The batch was asked whether it is paused. */
  #isWordDue = false;
  #isStopped: boolean;
  /** What is left unsent is asked about, as far as the trail goes. */
  #isTrailFollowed: boolean;

  constructor(input: TopUpBatchPartInput) {
    this.#input = input;
    this.#isPaused = input.isPaused;
    this.#trail = new Trail(input.inFlight);
    this.#isStopped = input.isStopped ?? input.isUnsent ?? false;
    this.#isTrailFollowed = input.isUnsent ?? false;
    this.#funds = new FundsWait(input.waitForFunds);
    this.#claims = new Claims(input.rows, () => this.#isStopped);
    this.#sender = new Sender(this.#claims, () => this.#doubtAll());
    this.#progress = new Progress(input, () => countsOf(this.#results.values()));
    this.#line = new Line(
      this.#sender,
      this.#funds,
      () => this.#isStopped,
      (isAwaited) => this.#progress.awaitFunds(isAwaited),
    );
    // Made where Temporal's cancel is heard, so that it ends with it.
    this.#handOver = new HandOver(input, new CancellationScope(), this.#progress, this.#claims);
    onSignal(partPausedSignal, (isPaused) => {
      this.#isPaused = isPaused;
      this.#isWordDue = false;
      // A batch that was reset knows nothing of what it was told before.
      if (patched('tells-as-it-is-paused')) void this.#progress.tellLate();
    });
    onSignal(batchFundedSignal, () => this.#funds.funded());
    onSignal(rowAttentionSignal, ({ partnerReferenceNo, needsAttention }) => {
      if (needsAttention && !this.#results.has(partnerReferenceNo))
        this.#progress.waitForOperator(partnerReferenceNo, topUpWorkflowId(partnerReferenceNo));
      else this.#progress.waitForNone(partnerReferenceNo);
    });
    onQuery(partResultsQuery, () =>
      input.rows.flatMap((row) => this.#results.get(row.partnerReferenceNo) ?? []),
    );
    onQuery(toBeSentQuery, (number) => this.#claims.isToBeSent(number));
    onQuery(underWayQuery, (customerId) =>
      input.rows
        .filter((row) => row.customerId === customerId)
        .map(({ partnerReferenceNo }) => partnerReferenceNo)
        .filter((partnerReferenceNo) => !this.#results.has(partnerReferenceNo)),
    );
  }

  async run(): Promise<TopUpBatchPartResult> {
    CancellationScope.current().cancelRequested.catch(() => {
      this.#isStopped = true;
      // Parts of before took it that nobody else had sent anything.
      this.#isTrailFollowed = patched('unsent-is-asked-about');
    });
    return CancellationScope.nonCancellable(async () => {
      void atResets(this.#resets, () => this.#noteReset());
      if (this.#input.isStopped) this.#doubtAll();
      await this.#claims.begin(!this.#input.isStopped);
      const ended: Promise<void>[] = [];
      for (const row of this.#input.rows) {
        await condition(() => this.#mayBegin());
        ended.push(this.#settle(row));
      }
      await this.#progress.tell(true);
      const released = this.#claims.release();
      await Promise.all([...ended, released]);
      const results = this.#input.rows.map(
        (row) => this.#results.get(row.partnerReferenceNo) as TopUpRowResult,
      );
      return { counts: countsOf(results), results };
    });
  }

  /** What the run before sent, after the place where this one goes on, nobody has told it. */
  #noteReset(): void {
    this.#resetAt = new Date().toISOString();
    this.#doubtAll();
    this.#funds.lookAgain();
    void this.#askHow();
  }

  /** What the run before was told last, or that it was stopped, this one may not have been told: nothing begins before it is. */
  async #askHow(): Promise<void> {
    const wasPaused = this.#isPaused;
    this.#isPaused = true;
    this.#isWordDue = true;
    if (await this.#progress.askHow()) await condition(() => !this.#isWordDue, WORD_WITHIN);
    if (!this.#isWordDue) return;
    this.#isWordDue = false;
    this.#isPaused = wasPaused;
  }

  /** Another run, or another part, may have sent rows that this one has not. */
  get #isLater(): boolean {
    return this.#input.isStopped === true || this.#resets.count > 0 || this.#isAfterBrokenOff;
  }

  /** A row that this run has not sent may have been sent all the same. */
  get #mayBeSentBefore(): boolean {
    return this.#isLater || (this.#isTrailFollowed && !this.#trail.isCold);
  }

  /** Whatever has not ended here may have been sent by whoever ran before (money rule 10). */
  #doubtAll(): void {
    if (!patched('earlier-rows-are-in-doubt')) return;
    this.#progress.doubtAll(
      this.#input.rows.filter(({ partnerReferenceNo }) => !this.#results.has(partnerReferenceNo)),
    );
  }

  #mayBegin(): boolean {
    const hasRoom = this.#underWay < this.#input.inFlight;
    // What is only to be proven is asked about, so many at a time; else there is nothing left to do once it is stopped.
    if (this.#isStopped) return hasRoom || !this.#mayBeSentBefore;
    return hasRoom && !this.#isPaused && !this.#funds.isWaiting && !this.#line.isBusy;
  }

  /** Takes one row to its end. */
  async #settle(row: TopUpRow): Promise<void> {
    const isNew = !this.#isStopped;
    this.#results.set(row.partnerReferenceNo, await (isNew ? this.#paid(row) : this.#unsent(row)));
    this.#claims.isSettled(row);
    this.#progress.know(row);
    if (isNew && this.#results.size % TELL_EVERY === 0) await this.#progress.tell(false);
    else if (this.#isSlow) this.#tellLate();
  }

  /** Some rows may take as long as a customer, an operator or DOKU likes. */
  get #isSlow(): boolean {
    return this.#waiting > 0 || this.#line.isBusy;
  }

  #tellLate(): void {
    if (patched('slow-rows-are-told-of')) void this.#progress.tellLate();
  }

  /** Only what is on its way to DOKU counts as under way; waiting costs nothing. */
  async #paid(row: TopUpRow): Promise<TopUpRowResult> {
    if (this.#claims.isTaken(row)) return this.#takenByOther(row);
    this.#underWay += 1;
    const answer = await this.#sender.send(row);
    const isInDoubt = answer.kind === 'unclear' && answer.mayBeSent && !answer.isAccepted;
    if (!isInDoubt) this.#progress.know(row);
    if (isHeldBack(answer)) this.#tellLate();
    const latest = isHeldBack(answer) ? await this.#heldBack(row, answer) : answer;
    this.#underWay -= 1;
    return this.#resultOf(row, latest);
  }

  /** A part of another batch has the number: once that one does not send it any more, a journey of its own asks what it came to. */
  async #takenByOther(row: TopUpRow): Promise<TopUpRowResult> {
    this.#claims.isSettled(row);
    this.#waiting += 1;
    this.#tellLate();
    this.#progress.waitFor(row, (await this.#claims.claimantOf(row)) ?? undefined);
    const isFree = await this.#claims.untilFree(row);
    this.#progress.waitFor(row, undefined);
    this.#waiting -= 1;
    if (!isFree) return cancelled(row);
    return this.#handedOver(row, { kind: 'unclear', mayBeSent: true, isKnown: 'same' });
  }

  /** The part is stopped, and this run of it has not sent the row: but one before it may have. */
  async #unsent(row: TopUpRow): Promise<TopUpRowResult> {
    if (patched('broken-off-runs-are-asked-about')) await this.#whetherBrokenOff();
    if (!this.#mayBeSentBefore) return cancelled(row);
    this.#underWay += 1;
    const result = await (this.#input.isStopped ? this.#askedAlone(row) : this.#asked(row));
    this.#underWay -= 1;
    return result;
  }

  /** The rows behind wait as long. */
  async #whetherBrokenOff(): Promise<void> {
    this.#underWay += 1;
    this.#brokenOff ??= this.#noteBrokenOff();
    await this.#brokenOff;
    this.#underWay -= 1;
  }

  async #noteBrokenOff(): Promise<void> {
    if (this.#isLater || !(await comesAfterBrokenOff())) return;
    this.#resetAt = new Date().toISOString();
    this.#isAfterBrokenOff = true;
    this.#doubtAll();
  }

  async #askedAlone(row: TopUpRow): Promise<TopUpRowResult> {
    const result = await this.#handOver.of(row, {
      mayBeSent: true,
      lastSentAt: this.#beganAt,
      mayBeUnderWay: true,
      isStopped: true,
    });
    this.#progress.waitForNone(row.partnerReferenceNo);
    return result;
  }

  async #asked(row: TopUpRow): Promise<TopUpRowResult> {
    const became = await this.#sender.became(row, this.#resetAt);
    this.#trail.note(became === 'absent');
    return became === 'absent' ? cancelled(row) : this.#resultOf(row, became);
  }

  #heldBack(row: TopUpRow, answer: RowAnswer): Promise<RowAnswer> {
    return patched('rows-stand-in-line')
      ? this.#line.stand(row, answer)
      : this.#line.waitAlone(row, answer);
  }

  async #resultOf(row: TopUpRow, answer: RowAnswer): Promise<TopUpRowResult> {
    const isUnsent = isHeldBack(answer);
    // Histories of before have it handed over, or end it for lack of funds.
    if (isUnsent && this.#isStopped && patched('unsent-is-cancelled')) return this.#unsent(row);
    switch (answer.kind) {
      case 'completed': {
        if (answer.isAmountUntold && (await this.#isOtherAmount(row)))
          return this.#handedOver(row, { kind: 'unclear', mayBeSent: true, isAccepted: true });
        const result = completed(row, answer.referenceNo, answer);
        return answer.isSecondTry ? this.#handOver.told(row, result) : result;
      }
      case 'refused':
        return refused(row, answer.refusal);
      case 'taken':
        return this.#handedOver(row, { kind: 'unclear', mayBeSent: false });
      case 'unclear':
        return this.#handedOver(row, answer);
      default:
        return answer satisfies never;
    }
  }

  /** For as long as DOKU's history may lag, while other rows end. */
  async #isOtherAmount(row: TopUpRow): Promise<boolean> {
    const isSlow = patched('amounts-are-given-time');
    if (isSlow) this.#waiting += 1;
    const other = await otherAmountInHistory(row, row.amount, 'credit');
    if (isSlow) this.#waiting -= 1;
    return other !== undefined;
  }

  async #handedOver(
    row: TopUpRow,
    {
      mayBeSent,
      mayBeUnderWay,
      isAccepted,
      isAtDoku,
      isKnown,
    }: Extract<TopUpAtOnce, { kind: 'unclear' }>,
  ): Promise<TopUpRowResult> {
    this.#claims.isThrough(row);
    const known: TopUpHandOver = {
      mayBeSent,
      ...(mayBeSent && { lastSentAt: new Date().toISOString() }),
      ...(mayBeSent && (mayBeUnderWay || this.#resetAt) && { mayBeUnderWay: true }),
      ...(isAccepted && { isAccepted }),
      ...(isAtDoku && { isAtDoku }),
      ...(isKnown && { isKnown }),
      ...(this.#isStopped && { isStopped: true }),
    };
    const isInDoubt = mayBeSent && !isAccepted;
    if (isInDoubt) this.#progress.doubt(row, true);
    this.#waiting += 1;
    this.#tellLate();
    const result = await this.#handOver.of(row, known);
    this.#progress.waitForNone(row.partnerReferenceNo);
    this.#waiting -= 1;
    if (isInDoubt) this.#progress.doubt(row, false);
    return result;
  }
}
