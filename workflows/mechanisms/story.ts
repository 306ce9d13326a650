import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { KnownFact } from '../../contract/needs-attention.js';
import { searchAttributes } from '../../contract/search-attributes.js';

/** Keeps the details of a journey that polls or parks for days readable, and their payload small. */
const LINES_KEPT = 40;

/** What a journey is found by. */
export interface StoryKeys {
  readonly customerId?: string;
  readonly partnerReferenceNo?: string;
}

/**
 * What an operator reads in the Temporal UI: where the money is, and how it came there. Lines hold DOKU's
 * codes and the merchant's references only, never a secret (money rule 13).
 */
export class Story {
  /** Whether the start said what the journey is found by, as our client's does since 25 November 2026. */
  readonly isFoundFromStart: boolean;
  readonly #title: string;
  readonly #lines: KnownFact[] = [];
  #status: string;
  /** The status that Temporal's lists show. */
  #foundAs: string;
  #aside = '';

  constructor(title: string, status: string, keys: StoryKeys) {
    this.#title = title;
    this.#status = status;
    const foundAs = statusFromStart();
    this.isFoundFromStart = foundAs !== undefined;
    this.#foundAs = foundAs ?? status;
    if (!this.isFoundFromStart) {
      upsertSearchAttributes([
        { key: searchAttributes.journeyStatus, value: status },
        { key: searchAttributes.customerId, value: keys.customerId ?? null },
        { key: searchAttributes.partnerReferenceNo, value: keys.partnerReferenceNo ?? null },
      ]);
    }
    this.#show();
  }

  /** The facts told so far, oldest first. */
  get known(): readonly KnownFact[] {
    return this.#lines;
  }

  /** @param known - what an earlier run of the journey told. */
  goOnFrom(known: readonly KnownFact[]): void {
    this.#lines.unshift(...known);
    this.#show();
  }

  tell(fact: string): void {
    // Polls repeat: the same fact again is no news.
    if (this.#lines.at(-1)?.fact === fact) return;
    this.#lines.push({ at: new Date().toISOString(), fact });
    if (this.#lines.length > LINES_KEPT) this.#lines.splice(1, 1);
    this.#show();
  }

  /** @param aside - Markdown that stands under the status for as long as it lasts. */
  enter(status: string, aside = ''): void {
    this.#aside = aside;
    this.#status = status;
    // Each costs an event, an action of Temporal Cloud and a write to the lists.
    if (status !== this.#foundAs) {
      this.#foundAs = status;
      upsertSearchAttributes([{ key: searchAttributes.journeyStatus, value: status }]);
    }
    this.#show();
  }

  #show(): void {
    const told = this.#lines.map((line) => `- ${line.at} ${line.fact}`).join('\n');
    setCurrentDetails(`## ${this.#title}\n\n**${this.#status}**\n\n${this.#aside}\n\n${told}`);
  }
}

/** What the client said at the start, if it did. A run that goes on from another inherits what that one said last. */
function statusFromStart(): string | undefined {
  const { continuedFromExecutionRunId, typedSearchAttributes } = workflowInfo();
  return continuedFromExecutionRunId === undefined
    ? typedSearchAttributes.get(searchAttributes.journeyStatus)
    : undefined;
}
