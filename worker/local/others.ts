/**
 * Tells of journeys that others start, a line a step, in the words that each keeps for its operators.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type ListedRun, listedRuns } from '../../client/temporal/listing.js';
import { visibilityQuery } from '../../client/temporal/visibility-query.js';

/** What a backend or an operator starts. Entities and reads are parts of them. */
export const WORKFLOW_TYPES = [
  'openAccount',
  'closeAccount',
  'purchase',
  'refund',
  'authorizedPurchase',
  'topUp',
  'topUpBatch',
  'bankTransfer',
  'finding',
];
const LOOK_EVERY_MS = 1_000;
/** Each holds a question open at Temporal. */
const MOST_AT_ONCE = 20;
/** Temporal answers a question that waits within 20 s. */
const ANSWER_WITHIN_MS = 60_000;

export interface OthersOptions {
  readonly client: Client;
  /** Journeys that are told of elsewhere. */
  readonly isOwn: (workflowId: string) => boolean;
  readonly tell: (line: string) => void;
}

interface Entry {
  /** As it stands there. */
  readonly line: string;
  /** As it is told. */
  readonly step: string;
}

/** The title, what is asked of operators, and facts: without the times, as whoever reads along sees when they come. */
const ENTRY =
  /^(?:## (?<title>.+)|\*\*Needs attention:\*\* (?<why>.+)|- \[ \] (?<check>.+)|- \d{4}-\S+ (?<fact>.+))$/;

/** @param details - the Markdown that a journey keeps of itself. */
export const entriesIn = (details: string): Entry[] =>
  details.split('\n').flatMap((line) => {
    const { title, why, check, fact } = ENTRY.exec(line)?.groups ?? {};
    const step =
      title ?? fact ?? (why && `needs attention: ${why}`) ?? (check && `to be checked: ${check}`);
    return step ? [{ line, step }] : [];
  });

/** @param why - of a receiver of events that takes none; nothing where it takes them again. */
export const toldStanding = (why: string | undefined): string =>
  why === undefined
    ? 'EVENTS_URL takes events again.'
    : `EVENTS_URL takes no events: ${why}. They wait, each is tried again every few seconds: start your receiver.`;

/** @returns what ends it. */
export function tellOfOthers(options: OthersOptions): () => void {
  const ending = new AbortController();
  const others = new Others(options, ending.signal);
  // What Temporal does not tell, nobody needs: the stack says by itself if it is away.
  others.watch().catch(() => {});
  return () => ending.abort();
}

/** A run of somebody's journey, and what was told of it. */
interface Other {
  readonly told: Set<string>;
  status: string;
  /** The step told last. */
  last: string;
  isFollowed: boolean;
  hasEnded: boolean;
}

class Others {
  readonly #options: OthersOptions;
  readonly #signal: AbortSignal;
  readonly #others = new Map<string, Other>();
  #followed = 0;
  #saidMore = false;

  constructor(options: OthersOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async watch(): Promise<void> {
    // A clock of Temporal's own may be a little behind.
    const startedFrom = new Date(Date.now() - LOOK_EVERY_MS);
    // Of what was open before, what comes from now on.
    await this.#look({ isRunning: true, startedBefore: startedFrom }, true);
    while (!this.#signal.aborted) {
      // One look that fails is made again.
      await this.#look({ startedFrom }, false).catch(() => {});
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal });
    }
  }

  async #look(
    conditions: { startedFrom?: Date; startedBefore?: Date; isRunning?: boolean },
    isOld: boolean,
  ): Promise<void> {
    const query = visibilityQuery({ workflowTypes: WORKFLOW_TYPES, ...conditions });
    for await (const run of listedRuns(this.#options.client, query)) {
      if (this.#options.isOwn(run.workflowId)) continue;
      const other = this.#other(run.runId);
      if (other.isFollowed || other.hasEnded) continue;
      if (this.#followed === MOST_AT_ONCE) return this.#sayMore();
      // One whose key nobody has tells nothing; others do.
      if (isOld)
        await this.#detailsOf(run).then(
          (details) => this.#note(other, details),
          () => {},
        );
      this.#follow(run, other);
    }
  }

  #other(runId: string): Other {
    const other = this.#others.get(runId);
    if (other) return other;
    const made = {
      told: new Set<string>(),
      status: '',
      last: '',
      isFollowed: false,
      hasEnded: false,
    };
    this.#others.set(runId, made);
    return made;
  }

  #sayMore(): void {
    if (!this.#saidMore)
      this.#options.tell('…and more than are told of at once: "npm run cli -- find" lists all');
    this.#saidMore = true;
  }

  /** Until it has ended, or Temporal does not answer: the next look takes it up again. */
  #follow(run: ListedRun, other: Other): void {
    other.isFollowed = true;
    this.#followed += 1;
    const following = async () => {
      for await (const _change of this.#changesOf(run)) {
        for (const step of this.#note(other, await this.#detailsOf(run)))
          this.#options.tell(`${run.workflowId}  ${step}`);
      }
      other.hasEnded = true;
    };
    following()
      .catch(() => {})
      .finally(() => {
        other.isFollowed = false;
        this.#followed -= 1;
      });
  }

  /** @returns what is new in the details. */
  #note(other: Other, details: string): string[] {
    const text = details.replaceAll(/[^\P{Cc}\n]/gu, ' ');
    const entries = entriesIn(text).filter(({ line }) => !other.told.has(line));
    for (const { line } of entries) other.told.add(line);
    const steps = entries.map(({ step }) => step);
    const [, status = ''] = /^\*\*(.+)\*\*$/m.exec(text) ?? [];
    const isNew =
      status !== other.status && !steps.some((step) => ` ${step}`.endsWith(` ${status}`));
    other.status = status;
    // The same once more is no step.
    return (isNew ? [...steps, status] : steps).filter((step) => {
      const isStep = step !== other.last;
      other.last = step;
      return isStep;
    });
  }

  /** Comes back whenever the history has grown, until the journey ends. */
  async *#changesOf({ workflowId, runId }: ListedRun): AsyncGenerator<void> {
    const { client } = this.#options;
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      // Of its own: what listens to a signal goes on to do so after the call.
      const signal = AbortSignal.any([this.#signal]);
      const page = await client.withAbortSignal(signal, () =>
        client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
          client.workflowService.getWorkflowExecutionHistory({
            namespace: client.options.namespace,
            execution: { workflowId, runId },
            waitNewEvent: true,
            nextPageToken,
          }),
        ),
      );
      nextPageToken = page.nextPageToken ?? new Uint8Array();
      if ((page.history?.events?.length ?? 0) > 0) yield;
    } while (nextPageToken.length > 0);
  }

  /** The Markdown that a journey keeps; none where no worker tells. */
  async #detailsOf({ workflowId, runId }: ListedRun): Promise<string> {
    const { client } = this.#options;
    const handle = client.workflow.getHandle(workflowId, runId);
    const { currentDetails = '' } = await handle.query<{ currentDetails?: string }>(
      '__temporal_workflow_metadata',
    );
    return currentDetails;
  }
}
