import { ActivityFailure, patched } from '@temporalio/workflow';
import { type OwnStep, ownStepsQuery } from '../../contract/authorized-purchase.js';
import { earlierAnswers, ownResets } from '../mechanisms/earlier-run.js';

/** What the journey's earlier runs, before a reset or a start of its own, captured and gave back. */
export class EarlierSteps {
  readonly #resets = ownResets.get();
  #seen = 0;
  #isExpected = false;
  #isDue = false;
  #isWhole = false;
  #unknownSince: string | undefined;

  /** A reset was made that was not noted yet. */
  get isNews(): boolean {
    return this.#resets.count > this.#seen;
  }

  /** There may be some, whether they were asked about or not. */
  get isPossible(): boolean {
    return this.#isExpected || this.#resets.count > 0;
  }

  /** There may be some, and they are asked about. */
  get isExpected(): boolean {
    return this.#isExpected;
  }

  /** All that they did is known. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** ISO 8601: since when it is not. */
  get unknownSince(): string | undefined {
    return this.#unknownSince;
  }

  /** Takes note of the resets so far. */
  note(): void {
    if (!this.isNews) return;
    this.#seen = this.#resets.count;
    // Journeys that were reset before took no note of it.
    if (patched('earlier-steps-are-recalled')) this.expect();
  }

  /** There may be some: they are to be asked about. */
  expect(): void {
    this.#isExpected = true;
    this.#isDue = true;
    this.#isWhole = false;
    this.#unknownSince = new Date().toISOString();
  }

  /** @returns each once, as the run that knows best has it; nothing where they need not be asked about. */
  async ask(): Promise<readonly OwnStep[]> {
    if (!this.#isDue) return [];
    this.#isDue = false;
    try {
      const { answers, isAll } = await earlierAnswers(ownStepsQuery);
      this.#isWhole = isAll && answers.some(({ isWhole }) => isWhole);
      return merged(answers.flatMap(({ steps }) => steps));
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return [];
    }
  }

  /** @param isWhole - whether what became of each of them is known. */
  learned(isWhole: boolean): void {
    // Another reset may have come meanwhile.
    if (this.#isDue) return;
    this.#isWhole &&= isWhole;
    if (this.#isWhole) this.#unknownSince = undefined;
  }
}

/** One run may have learned what became of a step that another had begun. */
function merged(steps: readonly OwnStep[]): OwnStep[] {
  const known = new Map<string, OwnStep>();
  for (const step of steps) {
    const key = `${step.kind} ${step.partnerNo}`;
    const before = known.get(key);
    const isAccepted = before?.isAccepted ?? step.isAccepted;
    if (before?.answer === undefined)
      known.set(key, { ...step, ...(isAccepted && { isAccepted }) });
  }
  return [...known.values()];
}
