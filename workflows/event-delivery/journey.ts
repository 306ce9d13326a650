import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
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
  tryNowSignal,
} from '../../contract/event.js';
import { parsed } from '../mechanisms/bad-input.js';
import { PATIENT_DELIVERY } from '../mechanisms/call-options.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onSignal } from '../mechanisms/messages.js';

const { deliverEvent } = proxyActivities<Pick<EventActivities, 'deliverEvent'>>(PATIENT_DELIVERY);

/**
 * Delivers the events of one journey that their receiver did not take at once: one after the other, each for three days,
 * then an operator decides. Contract: `contract/event.ts`.
 *
 * @param events - oldest first.
 */
export async function eventDelivery(events: readonly JourneyEvent[]): Promise<EventDeliveryResult> {
  parsed(deliveredEventsSchema, events, 'events');
  return new EventDelivery(events).run();
}

/** Somebody wants it tried now. */
class TryNow extends Error {
  override readonly name = 'TryNow';
}

class EventDelivery {
  readonly #journey: Journey<EventDeliveryStatus, EventDeliveryResult>;
  readonly #waiting: JourneyEvent[] = [];
  #delivered = 0;
  readonly #dropped: string[] = [];
  #isToTryNow = false;

  constructor(events: readonly JourneyEvent[]) {
    this.#journey = new Journey<EventDeliveryStatus, EventDeliveryResult>(
      `Events of ${events[0]?.data.workflowId}`,
      EVENT_DELIVERY_STATUS,
      {},
    );
    this.#journey.interruptBy(() => (this.#isToTryNow ? new TryNow() : undefined));
    this.#add(events);
    onQuery(eventDeliveryStatusQuery, () => this.#view());
    onSignal(deliverSignal, (more) => {
      // As they are, also where they tell more than this contract knows.
      if (deliveredEventsSchema.safeParse(more).success)
        this.#add(more as readonly unknown[] as readonly JourneyEvent[]);
    });
    onSignal(tryNowSignal, () => {
      this.#isToTryNow = true;
    });
  }

  run(): Promise<EventDeliveryResult> {
    return this.#journey.run(
      async () => {
        while (this.#waiting.length > 0) await this.#deliverFirst();
        const outcome = this.#dropped.length > 0 ? 'dropped' : 'delivered';
        return { outcome, delivered: this.#delivered, dropped: this.#dropped };
      },
      // What a journey has told is not taken back by a cancel.
      () => {},
    );
  }

  async #deliverFirst(): Promise<void> {
    const [event] = this.#waiting as [JourneyEvent];
    this.#isToTryNow = false;
    const delivery = await interruptible(
      () => deliverEvent.executeWithOptions({ summary: event.type }, [event]),
      () => this.#isToTryNow,
    );
    if (delivery.kind === 'done') {
      this.#waiting.shift();
      this.#delivered += 1;
      this.#journey.story.tell(`${event.type} delivered`);
    }
    if (delivery.kind === 'failed') await this.#askOperator(event, delivery.error);
  }

  async #askOperator(event: JourneyEvent, error: unknown): Promise<void> {
    if (!(error instanceof ActivityFailure)) throw error;
    try {
      const { decision } = await this.#journey.park({
        reason: `${event.type} could not be delivered for three days`,
        check: [
          'Does the receiver of EVENTS_URL answer, and with 2xx? The log of the workers says why not.',
        ],
        decisions: ['resend', 'drop'],
      });
      if (decision === 'drop') this.#dropped.push(...this.#waiting.splice(0).map(({ id }) => id));
    } catch (interruption) {
      if (!(interruption instanceof TryNow)) throw interruption;
    }
  }

  #add(events: readonly JourneyEvent[]): void {
    const held = new Set(this.#waiting.map(({ id }) => id));
    this.#waiting.push(...events.filter(({ id }) => !held.has(id)));
  }

  #view(): EventDeliveryView {
    const { status, attention } = this.#journey;
    return { status, waiting: [...this.#waiting], ...(attention && { attention }) };
  }
}
