import { ActivityFailure, condition, patched, proxyActivities } from '@temporalio/workflow';
import type { ClaimActivities } from '../../activities/journeys/claimed-numbers.js';
import type { TopUpRow } from '../../contract/top-up-batch.js';
import { ONE_CALL_MS, WAIT } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';

const { claimNumbers, claimantOf, awaitNumberFree } =
  proxyActivities<Pick<ClaimActivities, 'claimNumbers' | 'claimantOf' | 'awaitNumberFree'>>(WAIT);
/** A part that has ended keeps nobody from a number, so that nothing is lost with it. */
const { releaseNumbers } = proxyActivities<Pick<ClaimActivities, 'releaseNumbers'>>({
  startToCloseTimeout: ONE_CALL_MS,
  scheduleToCloseTimeout: '1 minute',
});

/** What a part claims of the numbers of its rows, before it sends the first: no two parts send the same one at once. */
export class Claims {
  readonly #rows: readonly TopUpRow[];
  readonly #isStopped: () => boolean;
  readonly #taken = new Set<string>();
  /** Rows that have ended, or become journeys of their own. */
  readonly #through = new Set<string>();
  /** Those that have ended, or whose journey is known to be there. */
  readonly #settled = new Set<string>();
  #isUsed = false;

  constructor(rows: readonly TopUpRow[], isStopped: () => boolean) {
    this.#rows = rows;
    this.#isStopped = isStopped;
  }

  /** Parts that began before there were claims go on without. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /**
   * Before the first row is sent; nothing is, where the part is stopped meanwhile.
   *
   * @param isSending - a part that only asks what became of its rows has what the one before it had claimed.
   */
  async begin(isSending: boolean): Promise<void> {
    this.#isUsed = patched('numbers-are-claimed');
    if (this.#isUsed && isSending) await this.#claim();
  }

  /** A run that an operator reset may have released what the one before had claimed. */
  async again(): Promise<void> {
    if (this.#isUsed) await this.#claim();
  }

  async #claim(): Promise<void> {
    const numbers = this.#rows.map(({ partnerReferenceNo }) => partnerReferenceNo);
    const summary = `Claim the numbers of ${numbers.length} rows`;
    const claimed = await interruptible(
      () => claimNumbers.executeWithOptions({ summary }, [{ numbers }]),
      this.#isStopped,
    );
    if (claimed.kind === 'failed') throw claimed.error;
    if (claimed.kind === 'done') for (const number of claimed.value) this.#taken.add(number);
  }

  /** Whether a part of another batch has the row's number, and may be sending it. */
  isTaken({ partnerReferenceNo }: TopUpRow): boolean {
    return this.#taken.has(partnerReferenceNo);
  }

  /** Which part has it; nothing where it no longer may send the row. */
  async claimantOf({ partnerReferenceNo: number }: TopUpRow): Promise<string | null> {
    return claimantOf.executeWithOptions({ summary: `Who has ${number}?` }, [{ number }]);
  }

  /** Waits until that part does not send the row any more. @returns whether it came to that before this one was stopped. */
  async untilFree({ partnerReferenceNo: number }: TopUpRow): Promise<boolean> {
    const summary = `Until no other batch has ${number}`;
    const waited = await interruptible(
      () => awaitNumberFree.executeWithOptions({ summary }, [{ number }]),
      this.#isStopped,
    );
    if (waited.kind === 'failed') throw waited.error;
    return waited.kind === 'done';
  }

  /** Whether this part may yet send the row of a number, or has just done so. */
  isToBeSent(number: string): boolean {
    return (
      this.#rows.some(({ partnerReferenceNo }) => partnerReferenceNo === number) &&
      !this.#through.has(number) &&
      !this.#taken.has(number)
    );
  }

  /** What becomes of the row is its own journey's from now on, or nobody's. */
  isThrough({ partnerReferenceNo }: TopUpRow): void {
    this.#through.add(partnerReferenceNo);
  }

  /** The row has ended, or its journey is there: nobody can begin another one of its number unseen. */
  isSettled({ partnerReferenceNo }: TopUpRow): void {
    this.#through.add(partnerReferenceNo);
    this.#settled.add(partnerReferenceNo);
  }

  /** Once no row is sent any more. */
  async release(): Promise<void> {
    if (!this.#isUsed) return;
    await condition(() => this.#settled.size === this.#rows.length);
    try {
      await releaseNumbers.executeWithOptions({ summary: 'Claim no number any more' }, []);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
    }
  }
}
