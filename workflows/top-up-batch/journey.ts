import { condition, patched } from '@temporalio/workflow';
import { durationMs } from '../../contract/duration.js';
import { senOf, written } from '../../contract/money.js';
import {
  addPartSchema,
  addPartUpdate,
  batchFundedSignal,
  batchFundedUpdate,
  goOnUpdate,
  type ParsedTopUpBatchInput,
  partPausedSignal,
  partProgressSignal,
  pauseUpdate,
  type TopUpBatchInput,
  type TopUpBatchOutcome,
  type TopUpBatchPartInput,
  type TopUpBatchResult,
  type TopUpBatchStatus,
  type TopUpBatchView,
  type TopUpRow,
  topUpBatchInputSchema,
  topUpBatchStatusQuery,
  underWayQuery,
} from '../../contract/top-up-batch.js';
import { comesAfterBrokenOff } from '../mechanisms/after-broken-off.js';
import { parsed } from '../mechanisms/bad-input.js';
import { atResets, isReset, ownResets } from '../mechanisms/earlier-run.js';
import { FundsWait } from '../mechanisms/funds-wait.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onSignal, onUpdate, signalOf } from '../mechanisms/messages.js';
import { assertNow } from '../mechanisms/not-now.js';
import { NO_MORE_SENT } from '../mechanisms/stop-words.js';
import { NONE } from './counts.js';
import { ReceivedRows } from './received-rows.js';
import { isKnown } from './row-sent.js';
import { RunningParts } from './running-parts.js';
import { Tally, type Told } from './tally.js';
import { UnbegunParts } from './unbegun-parts.js';

/**
 * The top-up batch: takes in all rows, checks their total against the corporate balance, and runs them part by part.
 * Contract: `contract/top-up-batch.ts`.
 */
export async function topUpBatch(input: TopUpBatchInput): Promise<TopUpBatchResult> {
  return new TopUpBatch(parsed(topUpBatchInputSchema, input, 'input')).run();
}

class TopUpBatch {
  readonly #input: ParsedTopUpBatchInput;
  readonly #journey: Journey<TopUpBatchStatus, TopUpBatchResult>;
  readonly #funds: FundsWait;
  readonly #rows: ReceivedRows;
  readonly #running: RunningParts;
  readonly #unbegun: UnbegunParts;
  readonly #tally: Tally;
  readonly #resets = ownResets.get();
  /** Parts that have begun tell of their rows themselves. */
  readonly #begun = new Set<number>();
  /** Parts that still have rows to send. */
  readonly #launching = new Set<number>();
  #isNew: boolean | undefined;
  #isRunning = false;
  #isPaused = false;
  #isStopped = false;

  constructor(input: ParsedTopUpBatchInput) {
    this.#input = input;
    this.#funds = new FundsWait(input.waitForFunds);
    this.#rows = new ReceivedRows(input);
    this.#tally = new Tally(input.rows);
    this.#running = new RunningParts(input.batchReference, this.#rows.partCount);
    this.#unbegun = new UnbegunParts(this.#rows, this.#running, (index) => this.#inputOf(index));
    this.#journey = new Journey<TopUpBatchStatus, TopUpBatchResult>(
      `Top-up batch ${input.batchReference}: ${input.rows} rows, ${written(input.total)}`,
      'receiving',
      { partnerReferenceNo: input.batchReference, amount: input.total },
    );
    onQuery(topUpBatchStatusQuery, () => this.#view());
    onUpdate(addPartUpdate, ({ index, rows }) => this.#add(index, rows), {
      validator: (argument) => {
        const { index } = parsed(addPartSchema, argument, 'addPart');
        this.#assertGoesOn();
        if (index >= this.#rows.partCount) parsed(addPartSchema.shape.index.max(0), index, 'index');
      },
      description: 'One part of the rows',
    });
    onUpdate(pauseUpdate, () => this.#pause(true), {
      validator: () => {
        this.#assertGoesOn();
        assertNow(!this.#isPaused, 'it is paused');
      },
      description: 'Send no more rows',
    });
    onUpdate(goOnUpdate, () => this.#pause(false), {
      validator: () => {
        this.#assertGoesOn();
        assertNow(this.#isPaused, 'it is not paused');
      },
      description: 'Send rows again',
    });
    onSignal(batchFundedSignal, () => this.#fund(this.#launching));
    onUpdate(batchFundedUpdate, () => this.#fund(), {
      validator: () => {
        const isWaiting = this.#funds.isWaiting || this.#tally.isAwaitingFunds;
        assertNow(isWaiting && this.#funds.isNews, 'nobody waits for funds, or it was said before');
      },
      description: 'Money came in',
    });
    onQuery(underWayQuery, (customerId) => this.#toBeSentTo(customerId));
    onSignal(partProgressSignal, ({ index, isLaunched, isReset: wasReset, ...told }) => {
      if (isLaunched) this.#launching.delete(index);
      // Its rows may have been on their way: they are no more.
      else if (wasReset) this.#launching.add(index);
      this.#told(index, told);
      if (wasReset) void this.#tellHow(index);
    });
  }

  run(): Promise<TopUpBatchResult> {
    return this.#journey.run(
      async () => {
        void atResets(this.#resets, () => this.#funds.lookAgain());
        const outcome = await this.#steps();
        const { batchReference, rows } = this.#input;
        return { batchReference, outcome, rows, counts: this.#tally.counts };
      },
      () => {
        this.#isStopped = true;
      },
      () => `of its rows, ${NO_MORE_SENT}`,
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<TopUpBatchOutcome> {
    if (!(await this.#isReceived())) return this.#isStopped ? 'cancelled' : 'abandoned';
    const { mistake } = this.#rows;
    if (mistake) {
      this.#journey.story.tell(mistake);
      return 'abandoned';
    }
    if (!(await this.#isCovered())) {
      if (!this.#isStopped) return 'insufficient-funds';
      if (patched('unbegun-is-cancelled')) await this.#skipAll();
      return 'cancelled';
    }
    await this.#runParts();
    return this.#isStopped ? 'cancelled' : 'finished';
  }

  async #isReceived(): Promise<boolean> {
    for (;;) {
      await condition(
        () => this.#rows.isWhole || this.#isStopped,
        durationMs(this.#input.receiveWithin),
      );
      if (this.#isStopped) {
        // Histories of before take it that nothing was sent.
        if (patched('unbegun-is-cancelled')) await this.#skipAll();
        else if (patched('earlier-run-paid') && (await isReset())) await this.#stopEarlierParts();
        return false;
      }
      if (this.#rows.isWhole) return true;
      if (!patched('earlier-run-paid') || !(await this.#mayBeBegun())) return false;
      const isStopped = () => this.#isStopped && patched('stopped-is-asked-about-no-more');
      const decided = await this.#journey.parkUnless(isStopped, {
        reason: 'an earlier run of this batch may have paid rows, and not all came in again',
        check: ['Start the batch again with the same rows: what was paid is not paid again.'],
        decisions: ['wait-again', 'give-up'],
      });
      if (decided?.decision === 'give-up') this.#isStopped = true;
    }
  }

  /** Batches of before asked DOKU only where they were reset. */
  #mayBeBegun(): Promise<boolean> {
    return patched('unsent-is-asked-about') ? this.#isBegun() : isReset();
  }

  /** What parts of an earlier run have paid is paid, and the rest is not. */
  async #stopEarlierParts(): Promise<void> {
    for (let index = 0; index < this.#rows.partCount; index++) {
      const rows = this.#rows.announcedIn(index);
      const counts = await this.#running.stopped(index, rows);
      this.#tally.set(index, { counts: counts ?? { ...NONE, cancelled: rows } });
    }
  }

  /** Before the first rupiah moves. Where DOKU does not tell the balance, its refusals have to do. */
  async #isCovered(): Promise<boolean> {
    const total = this.#input.total.value;
    for (;;) {
      const balance = await this.#funds.balance();
      this.#journey.story.tell(`corporate balance: ${balance ?? 'not told by DOKU'}`);
      if (balance === null || senOf(balance) >= senOf(total)) return true;
      // Then it need not cover what was paid already, and its refusals have to do.
      if (patched('earlier-run-paid') && (await this.#isBegun())) return true;
      this.#journey.enter('awaiting-funds');
      const goesOn = await this.#funds.await(total, () => this.#isStopped);
      // Whether the run before a reset was covered is looked at first.
      if (!goesOn && (this.#isStopped || this.#resets.count === 0)) return false;
    }
  }

  /** Whether rows may have been paid before: by an earlier run, or before Temporal's retention forgot the batch. */
  async #isBegun(): Promise<boolean> {
    if (this.#resets.count > 0) return true;
    this.#isNew ??= !(
      (await isReset()) ||
      (await comesAfterBrokenOff()) ||
      (await isKnown(this.#rows.of(0)[0]))
    );
    return !this.#isNew;
  }

  /** One part after the other; what only waits for DOKU does not hold up the next. */
  async #runParts(): Promise<void> {
    this.#isRunning = true;
    this.#enterRunning();
    let isOver = false;
    const over = this.#launchParts().finally(() => {
      isOver = true;
    });
    await condition(() => isOver || this.#isStopped);
    // From where Temporal's cancel is heard of nobody can be told anything.
    if (!isOver) await this.#running.cancel();
    await over;
  }

  async #launchParts(): Promise<void> {
    const ended: Promise<void>[] = [];
    for (let index = 0; index < this.#rows.partCount; index++) {
      await this.#isNext();
      ended.push(this.#isStopped ? this.#skip(index) : (await this.#startPart(index)).over);
    }
    await Promise.all(ended);
  }

  /** A part that begins while the batch is paused sends nothing; and one that an earlier run has begun is found. */
  async #isNext(): Promise<void> {
    await condition(() => this.#isStopped || this.#launching.size === 0);
    // Batches of before began none.
    if (this.#isPaused && !patched('paused-parts-begin'))
      await condition(() => this.#isStopped || !this.#isPaused);
  }

  async #startPart(index: number): Promise<{ over: Promise<void> }> {
    this.#launching.add(index);
    this.#begun.add(index);
    const { ended, isFound } = await this.#running.start(this.#inputOf(index));
    // The batch may have been stopped while the part began.
    if (this.#isStopped) await this.#running.cancel();
    // What the earlier run had told it may not be what this one was told.
    else if (isFound && patched('found-parts-are-told')) await this.#tellHow(index);
    const over = ended.then((counts) => {
      this.#launching.delete(index);
      this.#told(index, { counts });
    });
    return { over };
  }

  /** For a part that may not have been told. */
  async #tellHow(index: number): Promise<void> {
    if (this.#isStopped) await this.#running.cancel([index]);
    else await this.#running.signal(signalOf(partPausedSignal), [this.#isPaused], [index]);
  }

  #inputOf(index: number): TopUpBatchPartInput {
    const { batchReference, inFlight, waitForFunds } = this.#input;
    return {
      batchReference,
      index,
      rows: this.#rows.of(index),
      inFlight,
      ...(waitForFunds && { waitForFunds }),
      isPaused: this.#isPaused,
    };
  }

  /** A part that this run does not begin: an earlier one may have, and then it knows what it has paid. */
  async #skip(index: number): Promise<void> {
    const rows = this.#rows.announcedIn(index);
    const input = this.#rows.isWhole ? this.#inputOf(index) : undefined;
    const counts = patched('skipped-parts-are-stopped')
      ? ((await this.#running.stopped(index, rows, input)) ?? (await this.#unbegun.counts(index)))
      : { ...NONE, cancelled: rows };
    this.#tally.set(index, { counts });
  }

  /** What came in says first whether rows were paid before. */
  async #skipAll(): Promise<void> {
    const all = Array.from({ length: this.#rows.partCount }, (_, index) => index);
    const hasCome = (index: number) => this.#rows.of(index).length > 0;
    const [first, then] = patched('unsent-is-asked-about')
      ? [all.filter(hasCome), all.filter((index) => !hasCome(index))]
      : [all, []];
    await Promise.all(first.map((index) => this.#skip(index)));
    await Promise.all(then.map((index) => this.#skip(index)));
  }

  #told(index: number, told: Told): void {
    this.#tally.set(index, told);
    if (this.#tally.isAwaitingFunds) this.#funds.missing();
    else if (this.#isRunning) this.#funds.covered();
    if (this.#isRunning) this.#enterRunning();
    this.#journey.story.tell(this.#tally.asText);
  }

  /** Rows of parts that do not tell of them yet; there are none once the batch has ended. */
  #toBeSentTo(customerId: string): string[] {
    if (this.#journey.result || this.#isStopped) return [];
    const isSilent = (index: number) => !this.#begun.has(index) || this.#launching.has(index);
    return this.#rows.numbersOf(customerId, isSilent);
  }

  /** Of a batch that was asked to stop nothing is sent any more, whatever it is told. */
  #assertGoesOn(): void {
    this.#journey.assertOpen();
    assertNow(!this.#isStopped, 'it is being stopped');
  }

  #add(index: number, rows: readonly TopUpRow[]): TopUpBatchView {
    this.#rows.add(index, rows);
    return this.#view();
  }

  async #pause(isPaused: boolean): Promise<TopUpBatchView> {
    this.#isPaused = isPaused;
    this.#journey.story.tell(isPaused ? 'paused' : 'goes on');
    if (this.#isRunning) this.#enterRunning();
    await this.#running.signal(signalOf(partPausedSignal), [isPaused], this.#launching);
    return this.#view();
  }

  /** @param parts - without them all that run are told. */
  async #fund(parts?: Iterable<number>): Promise<void> {
    if (!this.#funds.isNews && patched('funded-once')) return;
    this.#funds.funded();
    await this.#running.signal(signalOf(batchFundedSignal), [], parts);
  }

  #enterRunning(): void {
    const running = this.#tally.isAwaitingFunds ? 'awaiting-funds' : 'running';
    this.#journey.enter(this.#isPaused ? 'paused' : running);
  }

  #view(): TopUpBatchView {
    const { status, attention, result } = this.#journey;
    const { inDoubt, waitsFor, isForOperator, counts, remaining } = this.#tally;
    return {
      batchReference: this.#input.batchReference,
      status,
      rows: this.#input.rows,
      received: this.#rows.count,
      counts,
      remaining,
      ...(inDoubt.rows > 0 && { inDoubt }),
      ...(waitsFor.length > 0 && { waitsFor }),
      ...(isForOperator && { waitsForOperator: true as const }),
      ...this.#journey.stop,
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}
