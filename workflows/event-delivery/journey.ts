import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
} from '@temporalio/workflow';
import type { EventActivities } from '../../activities/events/index.js';
import {
  deliveredEventsSchema,
  deliverSignal,
  EVENT_DELIVERY_STATUS,
  type EventDeliveryResult,
  type EventDeliveryStatus,
  type EventDeliveryView,
  eventDeliveryStatusQuery,
  type JourneyEvent,
  MOST_WAITING_EVENTS,
  tryNowSignal,
} from '../../contract/event.js';
import { parsed } from '../mechanisms/bad-input.js';
import { ONE_DELIVERY, PATIENT_DELIVERY } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { Journey, type KeptJourney } from '../mechanisms/journey.js';
import { HandOver, whenLongOrLarge } from '../mechanisms/long-history.js';
import { onQuery, onSignal } from '../mechanisms/messages.js';
import { type KeptTries, Tries } from './tries.js';

const { deliverEvent } = proxyActivities<Pick<EventActivities, 'deliverEvent'>>(PATIENT_DELIVERY);
const once = proxyActivities<Pick<EventActivities, 'deliverEvent'>>(ONE_DELIVERY);

/** How long an event is tried before an operator is asked. */
const PATIENCE_MS = 3 * 86_400_000;
/** The same where somebody wants it tried while an operator is asked: time for some tries. */
const LEAST_PATIENCE_MS = 600_000;
/** Delivered by a run whose history is long, before another goes on: each adds a few events to it. */
const MOST_AT_ITS_END = 100;

/** What the run before hands over. */
export interface EarlierDelivery {
  readonly journey: KeptJourney;
  readonly tries: KeptTries;
  /** Milliseconds since the epoch: until when the first one is tried. */
  readonly triedUntil: number;
  readonly isParked: boolean;
  readonly delivered: number;
  readonly dropped: readonly string[];
}

/**
 * Delivers the events of one journey that their receiver did not take at once: one after the other, each for three days,
 * then an operator decides. Contract: `contract/event.ts`.
 *
 * @param events - oldest first.
 * @param earlier - where another run of this delivery goes on, and only there.
 */
export async function eventDelivery(
  events: readonly JourneyEvent[],
  earlier?: EarlierDelivery,
): Promise<EventDeliveryResult> {
  parsed(deliveredEventsSchema, events, 'events');
  return new EventDelivery(events, earlier).run();
}

/** Somebody wants it tried now. */
class TryNow extends Error {
  override readonly name = 'TryNow';
}

class EventDelivery {
  readonly #journey: Journey<EventDeliveryStatus, EventDeliveryResult>;
  readonly #waiting: JourneyEvent[] = [];
  readonly #tries: Tries;
  readonly #isCutOff: boolean;
  /** Tries of this run since its history was long that may still begin. */
  #lastTries = MOST_AT_ITS_END;
  #triedUntil: number;
  #isParked: boolean;
  #delivered: number;
  readonly #dropped: string[];

  constructor(events: readonly JourneyEvent[], earlier: EarlierDelivery | undefined) {
    this.#journey = new Journey<EventDeliveryStatus, EventDeliveryResult>(
      `Events of ${events[0]?.data.workflowId}`,
      EVENT_DELIVERY_STATUS,
      {},
    );
    this.#tries = new Tries(earlier?.tries);
    this.#triedUntil = earlier?.triedUntil ?? Date.now() + PATIENCE_MS;
    this.#isParked = earlier?.isParked ?? false;
    this.#delivered = earlier?.delivered ?? 0;
    this.#dropped = [...(earlier?.dropped ?? [])];
    if (earlier) this.#journey.goOnFrom(earlier.journey);
    this.#journey.interruptBy(() => this.#interruption());
    this.#add(events);
    onQuery(eventDeliveryStatusQuery, () => this.#view());
    onSignal(deliverSignal, (more) => {
      // As they are, also where they tell more than this contract knows.
      if (deliveredEventsSchema.safeParse(more).success)
        this.#add(more as readonly unknown[] as readonly JourneyEvent[]);
    });
    onSignal(tryNowSignal, () => this.#tries.wish());
    // The run before has cut one off.
    this.#isCutOff = earlier?.isParked === false;
    if (this.#isCutOff || earlier?.tries.isWished) this.#tries.wish();
  }

  async run(): Promise<EventDeliveryResult> {
    try {
      return await this.#journey.run(
        () => this.#deliverAll(),
        // What a journey has told is not taken back by a cancel.
        () => {},
        () => 'what a journey has told is delivered all the same',
      );
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      return CancellationScope.nonCancellable(() => this.#goOnAsNew());
    }
  }

  /** Its history is long: another run goes on with what waits. Temporal gives that one the signals that come meanwhile. */
  async #goOnAsNew(): Promise<never> {
    await condition(allHandlersFinished);
    return continueAsNew<typeof eventDelivery>(this.#waiting, {
      journey: this.#journey.kept,
      tries: this.#tries.kept,
      triedUntil: this.#triedUntil,
      isParked: this.#isParked,
      delivered: this.#delivered,
      dropped: this.#dropped,
    });
  }

  async #deliverAll(): Promise<EventDeliveryResult> {
    if (this.#isCutOff) await condition(() => this.#journey.isInterrupted);
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const handOver = whenLongOrLarge();
      const isToTry = !this.#isParked || this.#tries.isDue;
      if (handOver && !(isToTry && this.#hasLastTries)) throw handOver;
      if (this.#isParked) await this.#askOperator(first);
      else if (handOver) await this.#deliverAtItsEnd(first);
      else await this.#deliver(first);
    }
    const outcome = this.#dropped.length > 0 ? 'dropped' : 'delivered';
    return { outcome, delivered: this.#delivered, dropped: this.#dropped };
  }

  /** What ends a wait: another run, or a try that somebody wishes for. */
  #interruption(): Error | undefined {
    const handOver = whenLongOrLarge();
    if (!this.#tries.isDue) return handOver;
    return handOver && !this.#hasLastTries ? handOver : new TryNow();
  }

  /**
   * Whether this run still delivers, though its history is long. Temporal lets a worker do nothing while signals come without a
   * pause, until a run has all that it takes of them: each run would begin the next one, and none deliver anything.
   */
  get #hasLastTries(): boolean {
    return this.#lastTries > 0 && this.#tries.isRested && patched('tries-before-it-goes-on');
  }

  /** Once, whatever comes meanwhile: a failure leaves all further tries to the next run. */
  async #deliverAtItsEnd(event: JourneyEvent): Promise<void> {
    this.#lastTries -= 1;
    this.#tries.begun();
    try {
      await once.deliverEvent.executeWithOptions({ summary: event.type }, [event]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.#lastTries = 0;
      this.#isParked = Date.now() >= this.#triedUntil;
      return;
    }
    this.#isTaken(event);
  }

  async #deliver(event: JourneyEvent): Promise<void> {
    this.#tries.begun();
    const scheduleToCloseTimeout = Math.max(this.#triedUntil - Date.now(), LEAST_PATIENCE_MS);
    const delivery = await interruptible(
      () =>
        deliverEvent.executeWithOptions({ summary: event.type, scheduleToCloseTimeout }, [event]),
      () => this.#journey.isInterrupted,
    );
    switch (delivery.kind) {
      case 'done':
        this.#isTaken(event);
        return;
      case 'failed':
        if (!(delivery.error instanceof ActivityFailure)) throw delivery.error;
        this.#isParked = true;
        return;
      case 'interrupted':
        return;
      default:
        delivery satisfies never;
    }
  }

  #isTaken(event: JourneyEvent): void {
    this.#delivered += 1;
    this.#take(event);
    this.#startOver();
    this.#journey.story.tell(`${event.type} delivered`);
  }

  async #askOperator(event: JourneyEvent): Promise<void> {
    try {
      const { decision } = await this.#journey.park({
        reason: `${event.type} could not be delivered for three days`,
        check: [
          'Does the receiver of EVENTS_URL answer, and with 2xx? The log of the workers says why not.',
        ],
        decisions: ['resend', 'drop'],
      });
      this.#startOver();
      if (decision === 'drop') this.#giveUp(this.#waiting.length);
    } catch (interruption) {
      if (!(interruption instanceof TryNow)) throw interruption;
    }
    this.#isParked = false;
  }

  /** Another event, or an operator's word: it has its time from now on. */
  #startOver(): void {
    this.#tries.startOver();
    this.#triedUntil = Date.now() + PATIENCE_MS;
  }

  #add(events: readonly JourneyEvent[]): void {
    const held = new Set(this.#waiting.map(({ id }) => id));
    this.#waiting.push(...events.filter(({ id }) => !held.has(id)));
    const tooMany = this.#waiting.length - MOST_WAITING_EVENTS;
    if (tooMany <= 0) return;
    this.#giveUp(tooMany);
    this.#journey.story.tell(`the oldest are given up: more than ${MOST_WAITING_EVENTS} wait`);
  }

  #take({ id }: JourneyEvent): void {
    const at = this.#waiting.findIndex((event) => event.id === id);
    // It may have been given up while it was delivered.
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** @param count - of the oldest. */
  #giveUp(count: number): void {
    this.#dropped.push(...this.#waiting.splice(0, count).map(({ id }) => id));
    this.#dropped.splice(0, Math.max(0, this.#dropped.length - MOST_WAITING_EVENTS));
  }

  #view(): EventDeliveryView {
    const { status, attention } = this.#journey;
    return { status, waiting: [...this.#waiting], ...(attention && { attention }) };
  }
}
