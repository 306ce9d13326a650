/**
 * Delivers what journeys tell. Safe to repeat: an event has one ID, however often it is delivered.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { eventIdSchema, type JourneyEvent } from '../../contract/event.js';
import { Gate } from './gate.js';
import { type EventReceiver, type Reception, receiverOf } from './receiver.js';
import type { EventSettings } from './settings.js';
import { type OnStanding, Standing } from './standing.js';

/** A journey waits no longer at its end, so that a receiver has so long to answer at first. */
const AT_ONCE_MS = 2_000;
/** How long it has when it is tried again. */
const PATIENT_MS = 15_000;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Pauses between tries; the last one goes on. */
const PAUSES_MS = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
];
const LAST_PAUSE_MS = 4 * HOUR;

export interface EventActivitiesOptions {
  /** Without them nothing can be delivered here. */
  readonly settings: EventSettings | undefined;
  readonly now: () => Date;
  /** Whether events of this journey, by its workflow ID, wait for the receiver already. */
  readonly hasWaiting: (workflowId: string) => Promise<boolean>;
  /** Told when the receiver takes no events, and when it takes them again. */
  readonly onStanding?: OnStanding;
}

export function createEventActivities(options: EventActivitiesOptions) {
  const { settings, now, hasWaiting } = options;
  const receiver: EventReceiver | undefined = settings && receiverOf(settings, now);
  const longestPauseMs = settings?.longestPauseMs ?? LAST_PAUSE_MS;
  const nowMs = () => performance.now();
  const gate = new Gate(nowMs, longestPauseMs);
  const standing = new Standing(options.onStanding ?? (() => {}), nowMs);
  const tell = async (event: JourneyEvent, withinMs: number): Promise<Reception> => {
    // What leaves here is signed, and in the clear: it is for nobody to have anything else delivered (money rule 13).
    if (!eventIdSchema.safeParse(event?.id).success)
      throw ApplicationFailure.nonRetryable('what is to be delivered is no event', 'NoEvent');
    if (!receiver) return { isTaken: false, why: 'this worker has no receiver (EVENTS_URL)' };
    const reception = await gate.through(() => receiver.tell(event, withinMs));
    if (reception) standing.heard(reception);
    return reception ?? { isTaken: false, why: standing.why ?? 'others come first' };
  };
  return {
    /**
     * Tries once, in their order, for a moment; not at all where earlier ones wait, which go first.
     *
     * @returns how many of them, the first, were taken.
     */
    async deliverEvents(events: readonly JourneyEvent[]): Promise<{ delivered: number }> {
      const { workflowExecution } = Context.current().info;
      if (workflowExecution && (await hasWaiting(workflowExecution.workflowId)))
        return { delivered: 0 };
      const until = performance.now() + AT_ONCE_MS;
      for (const [delivered, event] of events.entries()) {
        const leftMs = until - performance.now();
        if (leftMs <= 0 || !(await tell(event, leftMs)).isTaken) return { delivered };
      }
      return { delivered: events.length };
    },

    /** Tries until it is taken. @throws ApplicationFailure, retryable, after which Temporal brings it back. */
    async deliverEvent(event: JourneyEvent): Promise<void> {
      const reception = await tell(event, PATIENT_MS);
      if (reception.isTaken) return;
      const { attempt } = Context.current().info;
      const pauseMs = jittered(Math.min(PAUSES_MS[attempt - 1] ?? LAST_PAUSE_MS, longestPauseMs));
      throw ApplicationFailure.create({
        message: `not delivered: ${reception.why}`,
        type: 'NotDelivered',
        category: ApplicationFailureCategory.BENIGN,
        nextRetryDelay: Math.max(pauseMs, reception.retryAfterMs ?? 0),
      });
    },
  };
}

/** Up to a fifth more, so that what a receiver missed does not come back all at once. */
const jittered = (ms: number) => Math.round(ms * (1 + 0.2 * Math.random()));

export type EventActivities = ReturnType<typeof createEventActivities>;
