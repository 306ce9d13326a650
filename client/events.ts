import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import * as z from 'zod';
import {
  type EventPage,
  eventLimitSchema,
  eventsQuery,
  type JourneyEvent,
  TOLD_JOURNEYS,
  type UnreadRun,
} from '../contract/event.js';
import { ofQuery } from '../contract/written-as.js';
import {
  InvalidInputError,
  NoWorkerError,
  UnexpectedAnswerError,
  UnknownJourneyError,
} from './errors.js';
import { checked } from './temporal/checked.js';
import { deliverAgain } from './temporal/deliver-again.js';
import { heardFrom } from './temporal/heard.js';
import { type CallOptions, callOptionsSchema } from './temporal/in-time.js';
import type { Journeys } from './temporal/journeys.js';
import { type ListedRun, listedPage } from './temporal/listing.js';
import { GRPC, grpcOf, isNamed, isOfToken, isOutOfTime } from './temporal/translated.js';
import { hasWorker, isFailing } from './temporal/unanswered.js';

/** Temporal's lists lag behind what has happened, and the caller's clock may differ from Temporal's: what is younger waits. */
const SETTLED_AFTER_MS = 10_000;
const ASKED_AT_ONCE = 8;
/** One that is there answers at once. */
const HEARD_WITHIN_MS = 2_500;
/** What Temporal says of a queue whose workers it no longer counts on, whichever of its journeys is asked. */
const NO_POLLER = /no poller/i;
/** Temporal's SDK has the same error for whatever a query fails with; this is what the workers' says of one that is not there. */
const NOT_REGISTERED = /did not register a handler/;
const TYPES = Object.keys(TOLD_JOURNEYS)
  .map((type) => `'${type}'`)
  .join(', ');

/** As far as another machine's clock may be ahead: no answer names a place that lies further on. */
const AHEAD_AT_MOST_MS = 3_600_000;
const NOT_GIVEN = 'must be what an earlier answer gave as `next`';

/** Where a reader stands: which span of time, in milliseconds since the epoch, and how far in the list of its journeys. */
const placeSchema = z.strictObject({
  from: z.int().min(0),
  to: z.int().min(0).optional(),
  token: z.base64().min(1).optional(),
  /** Proves a token to be of an answer: Temporal looks at a strange one for a long while. */
  proof: z.string().optional(),
});
type Place = Omit<z.output<typeof placeSchema>, 'proof'>;

const afterSchema = z
  .string()
  .max(4_000)
  .transform((text, context): Place => {
    try {
      const { proof, ...place } = placeSchema.parse(
        JSON.parse(Buffer.from(text, 'base64url').toString()),
      );
      if (isGiven(place) && (place.token === undefined || proof === proofOf(place))) return place;
    } catch {
      // Not even one of another's.
    }
    context.addIssue({ code: 'custom', message: NOT_GIVEN });
    return z.NEVER;
  });

/** A span has its end as long as there is more of its list. */
const isGiven = ({ from, to = from, token }: Place) =>
  (token !== undefined) === (to !== from) && Math.max(from, to) < Date.now() + AHEAD_AT_MOST_MS;

const listOptionsSchema = callOptionsSchema.extend({
  after: afterSchema.optional(),
  limit: eventLimitSchema,
});
/** Which events come next. */
export interface EventListOptions extends CallOptions {
  /** What the call before gave as `next`, as it is. Without it all comes that Temporal still has. */
  readonly after?: string | undefined;
  /** How many journeys this call asks at most, 1 to 500. Default 100. */
  readonly limit?: number;
}

/** Whose events. */
export interface EventsOf {
  readonly client: Client;
  readonly journeys: Journeys;
  /** The workers'. */
  readonly taskQueue: string;
}

/** What journeys have told: for backends that rather ask than be told, and for those that have missed something. */
export class Events {
  readonly #client: Client;
  readonly #journeys: Journeys;
  readonly #taskQueue: string;

  constructor({ client, journeys, taskQueue }: EventsOf) {
    this.#client = client;
    this.#journeys = journeys;
    this.#taskQueue = taskQueue;
  }

  /**
   * What has been told since an earlier call, whether or not the workers have a receiver.
   *
   * No event is skipped that a journey still remembers and Temporal still keeps, as long as this machine's clock and
   * Temporal's differ by less than ten seconds; some may come twice, so handle each ID once. Events come ten seconds late.
   * Between journeys a later page is not always later: a span of time is given page by page, by its journeys. Each call asks
   * journeys that ended in the span, and all that are open, `limit` at most. One that cannot be asked, as its workers fail on
   * it, is in `unread`, and keeps nobody from the others.
   *
   * @throws InvalidInputError for an `after` that no call gave, or a limit that is none.
   */
  async list(options: EventListOptions = {}): Promise<EventPage> {
    const { deadline, signal, after, limit } = checked(listOptionsSchema, options, 'options');
    const from = after?.from ?? 0;
    const to = after?.to ?? Date.now() - SETTLED_AFTER_MS;
    if (to <= from) return { events: [], unread: [], next: nextOf({ from }), hasMore: false };
    return this.#journeys.call({ deadline, signal }, undefined, async () => {
      const query = queryOf(from, to);
      const { runs, token } = await this.#page(query, limit, after?.token);
      const { events, unread } = await this.#eventsOf(runs);
      return {
        unread,
        events: sorted(events.filter(({ timestamp }) => isWithin(timestamp, from, to))),
        next: nextOf(token ? { from, to, token } : { from: to }),
        hasMore: token !== undefined,
      };
    });
  }

  /**
   * Sends all that a journey has told so far to the receiver once more, in order and with the same IDs; what waits for it
   * already is tried now. It goes by the workers of the journey's own task queue.
   *
   * @returns how many events those are.
   * @throws UnknownJourneyError
   */
  resend(workflowId: string, options: CallOptions = {}): Promise<number> {
    return this.#journeys.call(options, workflowId, async () => {
      checked(z.string().min(1), workflowId, 'workflowId');
      const events = await this.#eventsOfRun({ workflowId });
      if (events === undefined) throw new UnknownJourneyError(`no journey ${workflowId} is known`);
      if (events.length > 0) await deliverAgain(this.#client, workflowId, events);
      return events.length;
    });
  }

  async #page(query: string, limit: number, token: string | undefined) {
    try {
      return await listedPage(this.#client, query, limit, token);
    } catch (error) {
      if (token === undefined || !isOfToken(error)) throw error;
      const issue = { path: 'options.after', message: NOT_GIVEN };
      throw new InvalidInputError(`${issue.path}: ${issue.message}`, [issue]);
    }
  }

  async #eventsOf(runs: readonly ListedRun[]): Promise<Pick<EventPage, 'events' | 'unread'>> {
    // Where another queue's workers are away, they hold up nobody else's.
    const own = runs.filter(({ taskQueue }) => taskQueue === this.#taskQueue);
    const events: JourneyEvent[] = [];
    const unread: UnreadRun[] = [];
    const asking = { beganMs: Date.now(), isHeard: own.length === 0 };
    const ask = async (run: ListedRun) => {
      try {
        events.push(...((await this.#eventsOfRun(run)) ?? []));
      } catch (error) {
        unread.push(await this.#unread(run, error));
      }
      asking.isHeard = true;
    };
    const asked = async () => {
      for (let index = 0; index < own.length; index += ASKED_AT_ONCE)
        await Promise.all(own.slice(index, index + ASKED_AT_ONCE).map(ask));
      return { events, unread };
    };
    return Promise.race([asked(), this.#silence(asking)]);
  }

  /** Ends where nobody answers, and with an error only: Temporal waits long for workers that it has listed since they went. */
  async #silence(asking: { readonly beganMs: number; readonly isHeard: boolean }): Promise<never> {
    await pause(HEARD_WITHIN_MS, undefined, { ref: false });
    const isThere = () => hasWorker(this.#client, this.#taskQueue, asking.beganMs);
    // Whoever takes a question asks for more at once.
    if (!asking.isHeard && !(await isThere().catch(() => true)))
      throw new NoWorkerError(
        `no worker answers on ${this.#taskQueue}: are the workers up, and on this task queue?`,
        { taskQueue: this.#taskQueue },
      );
    return new Promise<never>(() => {});
  }

  /** @throws the error, where it is not of this run alone. */
  async #unread(run: ListedRun, error: unknown): Promise<UnreadRun> {
    const { workflowId, runId } = run;
    // Nobody with a payload key has answered for it: that must hide no other's events.
    const isNobodys =
      error instanceof UnexpectedAnswerError || isNamed(error, 'RefusedPayloadError');
    if (isNobodys || isNamed(error, 'QueryNotRegisteredError'))
      return { workflowId, runId, why: error.message };
    const { code, details = '' } = grpcOf(error) ?? {};
    const isOfRun =
      (code === GRPC.FAILED_PRECONDITION &&
        !NO_POLLER.test(details) &&
        (await hasWorker(this.#client, this.#taskQueue))) ||
      (isOutOfTime(error) && (await isFailing(this.#client, run)));
    if (!isOfRun) throw error;
    return { workflowId, runId, why: details };
  }

  /** @returns nothing for a journey that is not there. */
  async #eventsOfRun(run: {
    workflowId: string;
    runId?: string;
    /** Temporal's word: a journey fails for its input alone. Workers encrypt why they answer no query. */
    run?: string;
  }): Promise<JourneyEvent[] | undefined> {
    try {
      const { workflowId, runId } = run;
      const asked = { workflowId, as: ofQuery(eventsQuery.name) };
      return await heardFrom(this.#client, asked, (workflow) =>
        workflow.getHandle(workflowId, runId).query<JourneyEvent[]>(eventsQuery.name),
      );
    } catch (error) {
      // Temporal's retention has just forgotten it.
      if (error instanceof WorkflowNotFoundError) return undefined;
      // It has not begun, or its input was refused: then it has told nothing.
      if (
        isNamed(error, 'QueryNotRegisteredError') &&
        (run.run === 'failed' || NOT_REGISTERED.test(error.message))
      )
        return [];
      throw error;
    }
  }
}

/** Journeys that may have told something in a span of time: those that were open in it. */
const queryOf = (from: number, to: number): string =>
  [
    `WorkflowType IN (${TYPES})`,
    `StartTime <= '${new Date(to).toISOString()}'`,
    `(ExecutionStatus = 'Running' OR CloseTime >= '${new Date(from).toISOString()}')`,
  ].join(' AND ');

function isWithin(timestamp: string, from: number, to: number): boolean {
  const at = Date.parse(timestamp);
  return at > from && at <= to;
}

const nextOf = (place: Place): string => {
  const proven = place.token === undefined ? place : { ...place, proof: proofOf(place) };
  return Buffer.from(JSON.stringify(proven)).toString('base64url');
};

/** Tells what is ours from what was cut or made up, and keeps nobody out: who may read may read all. */
const proofOf = ({ from, to, token }: Place): string =>
  createHash('sha256').update(`events ${from} ${to} ${token}`).digest('base64url').slice(0, 22);

/** A reset has runs that tell the same. */
function sorted(events: readonly JourneyEvent[]): JourneyEvent[] {
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  return once.sort(
    (one, other) =>
      one.timestamp.localeCompare(other.timestamp) || one.data.sequence - other.data.sequence,
  );
}
