import { deliveredEventsSchema, deliverSignal, type JourneyEvent } from './event.js';

interface Input<Payload> {
  readonly payloads?: readonly Payload[] | null;
}

/** What stands in a history, as far as a delivery is given something by it. */
interface GivingEvent<Payload> {
  readonly workflowExecutionStartedEventAttributes?: {
    readonly input?: Input<Payload> | null;
  } | null;
  readonly workflowExecutionSignaledEventAttributes?: {
    readonly signalName?: string | null;
    readonly input?: Input<Payload> | null;
  } | null;
}

/**
 * What a run of a delivery was given, as its history has it: no worker need be there to be asked. What it has delivered
 * since is among them.
 *
 * @param history - the run's events.
 * @param journey - workflow ID of whose events these are. What nobody with a payload key has given is none of them.
 * @param read - what stands in a payload; nothing, or what is no events, where it cannot be read.
 * @returns in the order in which they were given.
 */
export async function eventsGivenIn<Payload>(
  history: readonly GivingEvent<Payload>[],
  journey: string,
  read: (payload: Payload) => Promise<unknown>,
): Promise<readonly JourneyEvent[]> {
  const given = new Map<string, JourneyEvent>();
  for (const event of history) {
    const { input } = event.workflowExecutionStartedEventAttributes ?? {};
    const signaled = event.workflowExecutionSignaledEventAttributes;
    const more = signaled?.signalName === deliverSignal.name ? signaled.input : undefined;
    const [payload] = (input ?? more)?.payloads ?? [];
    for (const each of payload ? eventsIn(await read(payload)) : [])
      if (each.data.workflowId === journey && !given.has(each.id)) given.set(each.id, each);
  }
  return [...given.values()];
}

/** As they are, also where they tell more than this contract knows. */
const eventsIn = (value: unknown): readonly JourneyEvent[] =>
  deliveredEventsSchema.safeParse(value).success ? (value as readonly JourneyEvent[]) : [];
