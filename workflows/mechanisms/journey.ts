import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  patched,
} from '@temporalio/workflow';
import type { Attention, KnownFact, Resolution } from '../../contract/needs-attention.js';
import type { Stop } from '../../contract/stop.js';
import { journeyEnded } from './ended-error.js';
import { type EventFacts, Events, type KeptEvents } from './events.js';
import { NeedsAttention, type Question } from './needs-attention.js';
import { Story, type StoryKeys } from './story.js';

/** How every journey ends. */
export interface JourneyResult<Status extends string> {
  readonly outcome: Status;
  /** What an operator decided last, if one did. */
  readonly resolution?: Resolution;
}

/** What the next run of a long journey is handed. */
export interface KeptJourney {
  readonly known: readonly KnownFact[];
  readonly resolution?: Resolution;
  readonly events?: KeptEvents;
  /** Milliseconds since the epoch: when it was asked to stop. */
  readonly stopRequestedAt?: number;
  /** Milliseconds since the epoch: since when it is not known whether what was sent has happened. */
  readonly inDoubtSince?: number;
}

/**
 * What all journeys have in common: a status that operators find them by, a story that they read, the state
 * `needs-attention`, and an end that is reached whatever Temporal cancels.
 */
export class Journey<Status extends string, Result extends JourneyResult<Status>> {
  readonly story: Story;
  readonly #attention: NeedsAttention;
  readonly #events: Events;
  #status: Status;
  #result: Result | undefined;
  #isParked = false;
  #parkings = 0;
  /** Whether nobody need decide any more what an operator is asked. */
  #isMoot: () => boolean = () => false;
  /** Milliseconds since the epoch. */
  #inDoubtSince: number | undefined;
  /** The same of the run before, which asked what this one is to ask again. */
  #inDoubtBefore: number | undefined;
  #resolution: Resolution | undefined;
  /** Milliseconds since the epoch. */
  #stopRequestedAt: number | undefined;
  #stopMeans: () => string = () => '';
  #onParked: (isParked: boolean) => void = () => undefined;
  #interruption: () => Error | undefined = () => undefined;

  /** @param keys - what operators find it by, and what else is told of it to the merchant's backend. */
  constructor(title: string, status: Status, keys: StoryKeys & EventFacts) {
    this.#status = status;
    this.story = new Story(title, status, keys);
    this.#events = new Events(keys);
    this.#attention = new NeedsAttention(this.story, {
      interruption: () => this.#interruption(),
      assertOpen: () => this.assertOpen(),
    });
  }

  /** For the next run of a long journey. */
  get kept(): KeptJourney {
    const resolution = this.#resolution;
    const inDoubtSince = this.#inDoubtSince ?? this.#inDoubtBefore;
    return {
      known: [...this.story.known],
      ...(resolution && { resolution }),
      events: this.#events.kept,
      ...(this.#stopRequestedAt !== undefined && { stopRequestedAt: this.#stopRequestedAt }),
      ...(inDoubtSince !== undefined && { inDoubtSince }),
    };
  }

  goOnFrom({ known, resolution, events, stopRequestedAt, inDoubtSince }: KeptJourney): void {
    this.#inDoubtBefore = inDoubtSince;
    if (events) this.#events.goOnFrom(events);
    this.story.goOnFrom(known);
    this.#resolution = resolution;
    if (stopRequestedAt !== undefined) this.#stopAt(stopRequestedAt);
  }

  #stopAt(stopRequestedAt: number): void {
    this.#stopRequestedAt = stopRequestedAt;
    this.#events.noteStop(new Date(stopRequestedAt).toISOString());
  }

  /** @param interruption - what ends the journey's waits, and is thrown there, if anything does. */
  interruptBy(interruption: () => Error | undefined): void {
    this.#interruption = interruption;
  }

  /** @param onParked - told when it begins to wait for an operator, and when it does no more. */
  whenParked(onParked: (isParked: boolean) => void): void {
    this.#onParked = onParked;
  }

  /** How often an operator has been asked. */
  get parkings(): number {
    return this.#parkings;
  }

  get isInterrupted(): boolean {
    return this.#interruption() !== undefined;
  }

  throwIfInterrupted(): void {
    const interruption = this.#interruption();
    if (interruption) throw interruption;
  }

  get status(): Status | 'needs-attention' {
    if (this.#isParked) return 'needs-attention';
    // Only journeys whose statuses have it are ever in doubt.
    return this.#inDoubtSince === undefined ? this.#status : ('in-doubt' as Status);
  }

  /** ISO 8601: since when it is not known whether what was sent has happened. */
  get inDoubtSince(): string | undefined {
    return this.#inDoubtSince === undefined
      ? undefined
      : new Date(this.#inDoubtSince).toISOString();
  }

  /** Whether what was sent may or may not have happened (money rule 10): a status that operators find. */
  doubt(isInDoubt: boolean): void {
    if (isInDoubt === (this.#inDoubtSince !== undefined)) return;
    if (isInDoubt && !patched('in-doubt')) return;
    this.#inDoubtSince = isInDoubt ? (this.#inDoubtBefore ?? Date.now()) : undefined;
    this.#inDoubtBefore = undefined;
    if (!this.#isParked) this.story.enter(this.status);
  }

  /** What an operator has to decide, while the journey is parked. */
  get attention(): Attention | undefined {
    const { current } = this.#attention;
    // With what has become known since an operator was asked.
    return current && { ...current, known: [...this.story.known] };
  }

  /** For the view: since when it is being stopped, and what comes of that. */
  get stop(): Stop {
    if (this.#stopRequestedAt === undefined || this.#result) return {};
    return {
      stopRequestedAt: new Date(this.#stopRequestedAt).toISOString(),
      // Whom nobody need ask any more has gone on from where he was asked.
      stopMeans: this.#stopMeant(this.#isParked),
    };
  }

  #stopMeant(isAsked: boolean): string {
    const means = this.#stopMeans();
    return isAsked ? `an operator decides first; unless that ends it: ${means}` : means;
  }

  /** Takes note that somebody wants it stopped, whatever comes of that, from this moment on. */
  noteStop(): void {
    if (this.#stopRequestedAt !== undefined || this.#result) return;
    this.#stopAt(Date.now());
    const isAsked = this.#isParked && !this.#isMoot() && !this.isInterrupted;
    this.story.tell(`asked to stop: ${this.#stopMeant(isAsked)}`);
    if (isAsked && patched('stop-is-told')) this.#events.tell('needs-attention');
  }

  /** Present once the journey has ended. */
  get result(): Result | undefined {
    return this.#result;
  }

  /**
   * For updates of a journey that still tells its end: they are answered as after it.
   *
   * @throws ApplicationFailure of type `JourneyEnded`, with the result, once there is one.
   */
  assertOpen(): void {
    const result = this.#result;
    if (result) throw journeyEnded(`the journey ended ${result.outcome}`, result);
  }

  enter(status: Status): void {
    this.#status = status;
    if (this.#isParked) return;
    this.story.enter(this.status);
    this.#events.tell(this.status, this.#result);
  }

  /**
   * Runs the journey to its end. What it does is shielded from Temporal's cancellation, as a reversal outlives
   * everything (money rule 4).
   *
   * @param onCancel - takes note that an operator pressed Temporal's cancel button.
   * @param stopMeans - what comes of being stopped, in words for people.
   */
  async run(
    steps: () => Promise<Result>,
    onCancel: () => void,
    stopMeans: () => string,
  ): Promise<Result> {
    this.#stopMeans = stopMeans;
    CancellationScope.current().cancelRequested.catch(() => {
      onCancel();
      this.noteStop();
    });
    return CancellationScope.nonCancellable(async () => {
      const end = await this.#events.deliveredIfThrown(steps);
      const result = this.withResolution(end);
      this.#result = result;
      this.#inDoubtSince = undefined;
      this.story.tell(`ended ${result.outcome}`);
      this.enter(result.outcome);
      await this.#events.handedOver();
      await condition(allHandlersFinished);
      return result;
    });
  }

  /** An end with what an operator has decided last on the way to it. */
  withResolution(end: Result): Result {
    return this.#resolution ? { ...end, resolution: this.#resolution } : end;
  }

  /** For updates that answer once all is proven. */
  async ended(): Promise<Result> {
    await condition(() => this.#result !== undefined);
    return this.#result as Result;
  }

  /**
   * Does what the journey cannot go on without, and what is safe to repeat. Where it fails for as long as its activity
   * is patient, an operator says when to try again.
   */
  async insist<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        const why = error.cause?.message ?? 'no answer';
        await this.park({
          reason: `${what} fails: ${why}`,
          check: ['Is DOKU in maintenance? Are the workers healthy?'],
          decisions: ['try-again'],
        });
      }
    }
  }

  /** Parks the journey until an operator resolves it. */
  park<Decision extends string>(
    question: Question<Decision>,
  ): Promise<Resolution & { decision: Decision }> {
    return this.#parked(() => this.#attention.park(question));
  }

  /**
   * Parks the journey until an operator resolves it, or nobody need decide any more.
   *
   * @param isMoot - looked at whenever anything happens to the journey.
   * @returns nothing where it went on without an operator.
   */
  parkUnless<Decision extends string>(
    isMoot: () => boolean,
    question: Question<Decision>,
  ): Promise<(Resolution & { decision: Decision }) | undefined> {
    if (isMoot()) return Promise.resolve(undefined);
    this.#isMoot = isMoot;
    return this.#parked(() => this.#attention.parkUnless(isMoot, question));
  }

  async #parked<Decided extends Resolution | undefined>(
    park: () => Promise<Decided>,
  ): Promise<Decided> {
    this.#isParked = true;
    this.#parkings += 1;
    this.#events.tell('needs-attention');
    this.#onParked(true);
    try {
      const resolution = await park();
      this.#resolution = resolution ?? this.#resolution;
      return resolution;
    } finally {
      this.#isParked = false;
      this.#isMoot = () => false;
      this.#onParked(false);
      this.story.enter(this.status);
    }
  }
}
