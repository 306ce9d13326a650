import { TemporalFailure } from '@temporalio/common';
import {
  ActivityFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  patched,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { EventActivities } from '../../activities/events/index.js';
import {
  codeWordSchema,
  deliverSignal,
  EVENT_DELIVERY_STATUS,
  EVENT_DELIVERY_TYPE,
  type EventData,
  eventsQuery,
  type JourneyEvent,
  toldOfType,
} from '../../contract/event.js';
import type { FindingKind } from '../../contract/finding.js';
import { eventDeliveryWorkflowId } from '../../contract/identity.js';
import type { Money } from '../../contract/money.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { DELIVERY, FIRST_DELIVERY } from './call-options.js';
import { eventReceiver } from './event-receiver.js';
import { onQuery, signalOf } from './messages.js';
import { sha256 } from './sha-256.js';
import type { StoryKeys } from './story.js';
import { toldIds } from './told-ids.js';
import { WorkWhileAny } from './work-while-any.js';

const once = proxyActivities<Pick<EventActivities, 'deliverEvents'>>(DELIVERY);
const first = proxyActivities<Pick<EventActivities, 'deliverEvents'>>(FIRST_DELIVERY);

/** What events tell of a journey beside what operators find it by. */
export interface EventFacts {
  readonly amount?: Money;
  readonly partnerRefundNo?: string;
  readonly kind?: FindingKind;
}

/** What the next run of a long journey is handed. */
export interface KeptEvents {
  readonly sequence: number;
  readonly lastStatus?: string;
  readonly isReceiverKnown: boolean;
  /** A delivery may be under way. */
  readonly isBehind: boolean;
  /** The newest; a run of before handed none over. */
  readonly events?: readonly JourneyEvent[];
}

/** Who reads them asks more often than a journey has so many. */
const MOST_KEPT = 100;
/** Between a delivery that ends and one that begins. */
const MOST_HAND_OVERS = 5;

/**
 * Tells the merchant's backend where a journey stands: by one activity each time, which tries for a moment, and by the
 * workflow `eventDelivery` what that did not bring. A journey goes on meanwhile, and waits at its end for that moment only.
 */
export class Events {
  readonly #told = toldOfType(workflowInfo().workflowType);
  readonly #receiver = eventReceiver.get();
  readonly #facts: StoryKeys & EventFacts;
  #sequence = 0;
  /** Told by the runs before. */
  #keptSequence = 0;
  #lastStatus: string | undefined;
  #stopRequestedAt: string | undefined;
  /** The newest. */
  #events: JourneyEvent[] = [];
  #undelivered: JourneyEvent[] = [];
  readonly #delivery = new WorkWhileAny(
    () => this.#undelivered.length > 0,
    () => this.#deliver(),
  );
  /** Whether `eventDelivery` may hold earlier ones, which come first. */
  #isBehind = false;

  constructor(facts: StoryKeys & EventFacts) {
    this.#facts = facts;
    if (this.#told) onQuery(eventsQuery, () => this.#events);
  }

  get kept(): KeptEvents {
    return {
      sequence: this.#sequence,
      ...(this.#lastStatus !== undefined && { lastStatus: this.#lastStatus }),
      isReceiverKnown: this.#receiver.isKnown,
      isBehind: this.#isBehind,
      events: [...this.#events],
    };
  }

  goOnFrom(kept: KeptEvents): void {
    this.#sequence = kept.sequence;
    this.#keptSequence = kept.sequence;
    this.#lastStatus = kept.lastStatus;
    this.#isBehind = kept.isBehind;
    this.#events = [...(kept.events ?? [])];
    this.#receiver.isKnown ||= kept.isReceiverKnown;
  }

  /** The journey has come to a status; most are nobody's business but the operators'. */
  tell(status: string, result?: object): void {
    if (!this.#told || !this.#isTold(status)) return;
    this.#lastStatus = status;
    this.#sequence += 1;
    const event = this.#eventOf(status, result);
    this.#events.push(event);
    if (this.#events.length > MOST_KEPT) this.#events.shift();
    if (!this.#receiver.isKnown && !this.#isUnheardOf(result)) return;
    // What is not told here goes before what is told next.
    this.#undelivered.push(event);
    if (this.#receiver.rules < 2 || patched('tells-events')) this.#delivery.start();
  }

  /** What waits for an operator from now on was asked to stop. @param at - ISO 8601. */
  noteStop(at: string): void {
    this.#stopRequestedAt = at;
  }

  /** Waits until each event is with the receiver, or with what goes on trying: moments, also where nobody answers. */
  async handedOver(): Promise<void> {
    await this.#delivery.done();
  }

  /** Runs what may end in an error, or in another run: what was told is not lost by that. */
  async deliveredIfThrown<T>(steps: () => Promise<T>): Promise<T> {
    try {
      return await steps();
    } catch (error) {
      await this.handedOver();
      throw error;
    }
  }

  /** It ends before any worker could say whether there is a receiver, as what is stopped at once. */
  #isUnheardOf(result: object | undefined): boolean {
    return result !== undefined && !this.#receiver.isAnswered && patched('early-ends-are-told');
  }

  #isTold(status: string): boolean {
    if (!this.#told) return false;
    // Each time it is another question, but where another run goes on with the same.
    if (status === 'needs-attention')
      return this.#lastStatus !== status || this.#sequence > this.#keptSequence;
    if (status === this.#lastStatus) return false;
    return this.#told.open.includes(status) || this.#told.outcomes.includes(status);
  }

  #eventOf(status: string, result: object | undefined): JourneyEvent {
    const { journey = '', number = 'reference' } = this.#told ?? {};
    const { workflowId: ownId, originalExecutionRunId } = workflowInfo();
    const { amount, kind } = this.#facts;
    const stopRequestedAt = this.#stopRequestedAt;
    const ids = toldIds({ ...this.#facts, workflowId: ownId });
    const { workflowId, customerId, partnerReferenceNo, partnerRefundNo } = ids;
    const type = `${journey}.${status}`;
    const data = {
      journey,
      workflowId,
      sequence: this.#sequence,
      status,
      ...(customerId && { customerId }),
      ...(partnerReferenceNo && { [number]: partnerReferenceNo }),
      ...(partnerRefundNo && { partnerRefundNo }),
      ...(amount && { amount }),
      ...(status === 'needs-attention' && stopRequestedAt !== undefined && { stopRequestedAt }),
      ...(kind && { kind }),
      ...(result && toldOfResult(result)),
    };
    // A reset goes on under the run that it was made of, and whoever starts again does not. What it tells otherwise is news.
    const identity = `${originalExecutionRunId}/${type}/${JSON.stringify(data)}`;
    return {
      id: `evt_${sha256(identity).slice(0, 32)}`,
      type,
      timestamp: new Date().toISOString(),
      data,
    };
  }

  /** In their order. Nothing that goes wrong here may touch the journey: what is not delivered can be read all the same. */
  #deliver(): Promise<void> {
    return CancellationScope.nonCancellable(async () => {
      try {
        while (this.#undelivered.length > 0) await this.#deliverSome([...this.#undelivered]);
      } catch (error) {
        log.error('events of this journey are not delivered', { error: String(error) });
        this.#undelivered = [];
      }
    });
  }

  async #deliverSome(events: JourneyEvent[]): Promise<void> {
    const { deliverEvents } = this.#receiver.isKnown ? once : first;
    const taken = this.#isBehind ? 0 : await delivered(events, deliverEvents);
    // A worker that has one would have said so by now, or none has answered for a minute.
    if (!this.#receiver.isKnown) this.#undelivered = [];
    else if (taken < events.length) await this.#handOver(events.slice(taken));
    this.#undelivered.splice(0, events.length);
  }

  async #handOver(events: JourneyEvent[]): Promise<void> {
    const workflowId = eventDeliveryWorkflowId(workflowInfo().workflowId);
    for (let tries = 1; ; tries++) {
      try {
        if (this.#isBehind) {
          await getExternalWorkflowHandle(workflowId).signal(signalOf(deliverSignal), events);
          return;
        }
        const delivery = await startChild(EVENT_DELIVERY_TYPE, {
          workflowId,
          args: [events],
          parentClosePolicy: ParentClosePolicy.ABANDON,
          typedSearchAttributes: [
            { key: searchAttributes.journeyStatus, value: EVENT_DELIVERY_STATUS },
          ],
          staticSummary: `Events of ${workflowInfo().workflowId}`,
        });
        this.#isBehind = true;
        const isOver = () => {
          this.#isBehind = false;
        };
        delivery.result().then(isOver, isOver);
        return;
      } catch (error) {
        if (!(error instanceof TemporalFailure) || tries >= MOST_HAND_OVERS) throw error;
        // There is one, of an earlier run; or there is none any more.
        this.#isBehind = !this.#isBehind;
      }
    }
  }
}

/** @returns how many of them, the first, the receiver has taken. */
async function delivered(
  events: readonly JourneyEvent[],
  deliverEvents: typeof once.deliverEvents,
): Promise<number> {
  try {
    const summary = events.map(({ type }) => type).join(', ');
    return (await deliverEvents.executeWithOptions({ summary }, [events])).delivered;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return 0;
  }
}

/** What an event tells of a result: code words and amounts, and nothing that somebody wrote. */
function toldOfResult(result: object): Partial<EventData> {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(result)) {
    const isCode = ['outcome', 'reason', 'rejection', 'refusal'].includes(name);
    if (isCode && codeWordSchema.safeParse(value).success) told[name] = value;
    if (['captured', 'voided', 'counts'].includes(name)) told[name] = value;
  }
  return told;
}
