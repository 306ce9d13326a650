import { ApplicationFailure } from '@temporalio/workflow';
import type * as z from 'zod';
import { fullError, knownError } from '../../contract/errors.js';
import {
  type FindingInput,
  type FindingKind,
  type FindingOutcome,
  type FindingResult,
  type FindingView,
  findingInputSchema,
  findingStatusQuery,
  reportKey,
  seenAgainSchema,
  seenAgainUpdate,
} from '../../contract/finding.js';
import { moneySchema } from '../../contract/money.js';
import { given, parsed } from '../mechanisms/bad-input.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';

const REASONS: Readonly<Record<FindingKind, string>> = {
  'unknown-notification': 'DOKU notified a reference that no journey knows',
  'missing-here': 'DOKU has it, and no journey ended with it',
  'missing-at-doku': 'a journey ended with it, and DOKU does not have it',
  status: 'its journey and DOKU disagree on how it ended',
  amount: 'its journey and DOKU disagree on the amount',
  unproven: 'it could not be held against DOKU, and nobody knows whether the two agree',
};

/** What an operator reads; past it the reference is a case for the back office. */
const MOST_REPORTS = 15;
const MOST_REMEMBERED = 50;

/** Keeps what does not add up until an operator has looked. Contract: `contract/finding.ts`. */
export async function finding(input: FindingInput): Promise<FindingResult> {
  return new Finding(input).run();
}

class Finding {
  readonly #input: z.output<typeof findingInputSchema>;
  readonly #journey: Journey<'needs-attention' | FindingOutcome, FindingResult>;
  /** By their keys, with when each was told. */
  readonly #reports = new Map<string, number>();
  #isDecided = false;

  constructor(input: FindingInput) {
    this.#input = parsed(findingInputSchema, withFacts(given(input)), 'input');
    const { kind, partnerReferenceNo, customerId, amount, facts } = this.#input;
    // Other currencies are DOKU's words.
    const { data: money } = moneySchema.safeParse({ value: amount, currency: 'IDR' });
    this.#journey = new Journey<'needs-attention' | FindingOutcome, FindingResult>(
      `${partnerReferenceNo}: ${kind}`,
      'needs-attention',
      {
        partnerReferenceNo,
        kind,
        ...(customerId && { customerId }),
        ...(money && { amount: money }),
      },
    );
    // What comes with the start is held against it.
    this.#tell(facts);
    onQuery(findingStatusQuery, () => this.#view());
    onUpdate(seenAgainUpdate, ({ facts: seen }) => this.#tell(seen), {
      validator: (argument) => this.#validate(parsed(seenAgainSchema, argument, 'seen').facts),
      description: 'It does not add up in another way',
    });
  }

  run(): Promise<FindingResult> {
    const { kind, partnerReferenceNo, explained } = this.#input;
    return this.#journey.run(
      async () => {
        const outcome = await this.#decided();
        const known = [...explained, ...this.#reports.keys()].slice(-MOST_REMEMBERED);
        return { kind, partnerReferenceNo, outcome, explained: known };
      },
      () => {},
      () => 'nothing: it goes on asking until somebody has looked',
    );
  }

  async #decided(): Promise<FindingOutcome> {
    for (;;) {
      const { decision } = await this.#journey.park({
        reason: REASONS[this.#input.kind],
        check: [this.#input.check],
        decisions: ['explained', 'corrected', 'dismissed'],
      });
      const now = Date.now();
      // What came in the very moment of the decision was not decided on.
      const isLate = this.#reports.size > 1 && [...this.#reports.values()].includes(now);
      if (!isLate) {
        this.#isDecided = true;
        return decision;
      }
    }
  }

  #tell(facts: readonly string[]): void {
    this.#reports.set(reportKey(facts), Date.now());
    for (const fact of facts) this.#journey.story.tell(fact);
  }

  #validate(facts: readonly string[]): void {
    const refused = (message: string, type: string) =>
      ApplicationFailure.nonRetryable(message, type);
    if (this.#isDecided) throw refused('it has just been decided', 'NotNow');
    if (this.#reports.has(reportKey(facts))) throw refused('it says so already', knownError.type);
    if (this.#reports.size >= MOST_REPORTS) throw refused('it says enough already', fullError.type);
  }

  #view(): FindingView {
    const { kind, partnerReferenceNo } = this.#input;
    const { attention, status } = this.#journey;
    return {
      kind,
      partnerReferenceNo,
      status,
      ...this.#journey.stop,
      ...(attention && { attention }),
    };
  }
}

/** Older workers started some without facts. */
const withFacts = (input: FindingInput): FindingInput =>
  input.facts?.length === 0 ? { ...input, facts: ['nothing more is known'] } : input;
