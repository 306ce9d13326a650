/**
 * Stands before every door of every journey: what a worker refused to decode, and headers that nobody encrypted, go no further.
 * Loaded into the workflow bundle by its path.
 *
 * @module
 */
import type { Payload } from '@temporalio/common';
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  log,
  patched,
  type SignalInput,
  setDefaultUpdateHandler,
  type UpdateInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import type { EndedRun } from '../activities/journeys/ended-run.js';
import { invalidInputError, payloadKeyError, staleError } from '../contract/errors.js';
import { deliverSignal } from '../contract/event.js';
import { journeys } from '../contract/journeys.js';
import {
  partPausedSignal,
  partProgressSignal,
  rowAttentionSignal,
} from '../contract/top-up-batch.js';
import { invalidInput } from './mechanisms/bad-input.js';
import { CountedResets, ownResets, type Resets } from './mechanisms/earlier-run.js';
import { endedBefore } from './mechanisms/ended-before.js';
import { endedByHand } from './mechanisms/ended-by-hand.js';
import { journeyEnded } from './mechanisms/ended-error.js';
import {
  type EventReceiver,
  eventReceiver,
  isAnswer,
  tellersRules,
} from './mechanisms/event-receiver.js';
import { Gate } from './mechanisms/gate.js';
import { cutNames } from './mechanisms/long-names.js';
import { misnamed } from './mechanisms/misnamed.js';
import { refusalOf, type Unread, unreadError, unreadOf } from './mechanisms/refused-payload.js';
import { ownRoom, Room } from './mechanisms/room.js';
import { Seals, STALE } from './mechanisms/seals.js';
import { assertTaken, turnAwayUnproven } from './mechanisms/unproven-answers.js';
import { Marks } from './mechanisms/written-as.js';

const PATCH = 'refused-payloads';
const PATCH_OF_COPIES = 'refused-copies';
/** A backend has begun it by then; what comes later may be a copy of the input of one that has ended. */
const BEGUN_WITHIN_MS = 1_000;
/** What begins by a number, which is used up once it has ended: what backends start, and the parts of their batches. */
const NUMBERED: readonly string[] = [
  ...Object.entries(journeys)
    .filter(([, { found }]) => found !== undefined)
    .map(([workflowType]) => workflowType),
  'topUpBatchPart',
];
/** Of Temporal's SDKs themselves: traces, and what starts with two underscores. No journey reads them. */
const TEMPORALS_OWN = /^(?:__|_tracer-data$)/;

interface Message {
  readonly args: readonly unknown[];
  readonly headers: Readonly<Record<string, Payload>>;
}

/** @returns what is refused of a message and why, for people. */
function refusedOf({ args, headers }: Message, what: string): string | undefined {
  for (const argument of args) {
    const why = refusalOf(argument);
    if (why !== undefined) return `${what}: is ${why}`;
  }
  // The SDK hands headers over as they came, past the codec.
  const isPlain = Object.keys(headers).some((name) => !TEMPORALS_OWN.test(name));
  return isPlain ? `${what}: its headers are not encrypted` : undefined;
}

/** @returns what keeps a message from being read. */
const unreadIn = ({ args }: Message): Unread | undefined =>
  args.map(unreadOf).find((unread) => unread !== undefined);

/** Whoever sent it is told, and may send it again once the keys fit; nothing waits for it. */
const unreadRefusal = ({ message }: Unread) =>
  ApplicationFailure.nonRetryable(message, payloadKeyError.type);

/** @throws by which the workflow task waits for the key: what is in a history stands, whoever can read it now. */
function assertRead(values: readonly unknown[]): void {
  const unread = values.map(unreadOf).find((one) => one !== undefined);
  if (unread) throw unreadError(unread);
}

/** What journeys tell each other in a signal. Of any other one the name says all, and it stands in the clear. */
const READ = [
  deliverSignal.name,
  partPausedSignal.name,
  partProgressSignal.name,
  rowAttentionSignal.name,
];

/** Whose argument is never more than it is now; events may be of a kind that only newer workers know. */
const CHECKED = [partPausedSignal, partProgressSignal, rowAttentionSignal];

/** @returns why a signal is not heeded that can be read, and is none of ours. */
function misfit(input: SignalInput): string | undefined {
  const message = CHECKED.find(({ name }) => name === input.signalName);
  const isMisfit =
    message && !unreadIn(input) && !message.argument?.safeParse(input.args[0]).success;
  return isMisfit ? 'does not fit' : undefined;
}

/** Whether or not it can be read, a hint is the same hint: so it stops no journey, and replays under any keys. */
function withoutUnread(
  input: SignalInput,
  next: (input: SignalInput) => Promise<void>,
): Promise<void> {
  const unread = unreadIn(input);
  if (!unread) return next(input);
  if (READ.includes(input.signalName)) return Promise.reject(unreadError(unread));
  log.warn('a signal could not be read, and is heeded as a hint', { why: unread.message });
  return next({ ...input, args: [] });
}

function refusedMemo(): string | undefined {
  for (const value of Object.values(workflowInfo().memo ?? {})) {
    const why = refusalOf(value);
    if (why !== undefined) return `memo: is ${why}`;
  }
  return undefined;
}

/** @param refused - what, and why. */
function refusal(refused: string): ApplicationFailure {
  const [path = '', ...why] = refused.split(': ');
  return invalidInput(path, why.join(': '));
}

/**
 * What was taken once, by a worker that asked less, must not be refused when its history is replayed: then the workflow task
 * fails, and is tried again.
 */
const refusedFrom = (refused: string): Error =>
  patched(PATCH)
    ? refusal(refused)
    : new Error(`${refused}; it was taken before, and ACCEPT_PLAIN_PAYLOADS takes it again`);

const isInvalidInput = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === invalidInputError.type;

/**
 * Whoever has started a journey with an update is answered by that update, before the run fails: Temporal itself would only
 * say that it is over.
 */
async function answerWith(failure: ApplicationFailure): Promise<void> {
  answerUpdatesWith(Promise.resolve(failure));
  await condition(allHandlersFinished);
}

const answerUpdatesWith = (failure: Promise<ApplicationFailure>): void =>
  setDefaultUpdateHandler(() => failure.then((error) => Promise.reject(error)));

export const interceptors = (): WorkflowInterceptors => {
  const receiver = eventReceiver.none();
  const resets = new CountedResets();
  const seals = new Seals(READ);
  const gate = new Gate();
  const marks = new Marks();
  return {
    internals: [
      {
        activate(input, next) {
          const jobs = input.activation.jobs ?? [];
          cutNames(jobs);
          seals.note(jobs);
          marks.note(jobs);
          (seals.isInputDated ? turnAwayUnproven : assertTaken)(jobs);
          if (!receiver.isKnown) learn(receiver, jobs);
          resets.note();
          next(input);
        },
        concludeActivation(input, next) {
          marks.mark(input.commands, workflowInfo().runId);
          return next(input);
        },
      },
    ],
    inbound: [doors(receiver, resets, seals, gate)],
    outbound: [gate, endedByHand],
  };
};

function learn(receiver: EventReceiver, jobs: readonly Parameters<typeof tellersRules>[0][]): void {
  receiver.isAnswered ||= jobs.some(isAnswer);
  const rules = jobs.map(tellersRules).find((known) => known !== undefined);
  if (rules === undefined) return;
  receiver.isKnown = true;
  receiver.rules = rules;
}

/** Whoever encrypts writes an argument; who leaves it out may have no key. */
const UNPROVEN =
  'needs an argument, so that it is encrypted: where there is nothing to say, its own name';

/** @throws ApplicationFailure of an update that has just come and is not believed. */
function assertBelieved(input: UpdateInput, seals: Seals): void {
  const { name, updateId } = input;
  const refused = refusedOf(input, name);
  if (refused !== undefined) throw refusal(refused);
  const [argument] = input.args;
  if (argument === undefined || argument === null) throw invalidInput(name, UNPROVEN);
  const why = seals.ofUpdate(updateId);
  if (why !== undefined) throw invalidInput(name, why);
  if (seals.isStale(updateId))
    throw ApplicationFailure.nonRetryable(`${name}: ${STALE}`, staleError.type);
}

/** Its own name stands for nothing to say. */
const withoutName = <Input extends UpdateInput>(input: Input): Input =>
  input.args[0] === input.name ? { ...input, args: [] } : input;

/** Whether the start may be nobody's: it is refused, or comes late. @param refused - what, and why. */
function isOdd(refused: string | undefined, { inputAgeMs = 0 }: Seals): boolean {
  if (!NUMBERED.includes(workflowInfo().workflowType)) return false;
  return (
    (refused !== undefined || inputAgeMs > BEGUN_WITHIN_MS) &&
    // What was begun by a worker that asked less goes on.
    patched(PATCH_OF_COPIES)
  );
}

const endedFailure = ({ result }: EndedRun) =>
  journeyEnded('this number has ended in an earlier run', result);

/** A start that is refused: it ends as its number did before, if it did. */
async function refuse(refused: string, error: ApplicationFailure, seals: Seals) {
  if (!isOdd(refused, seals)) throw error;
  const ending = endedBefore();
  answerUpdatesWith(ending.then((ended) => (ended ? endedFailure(ended) : error)));
  const ended = await ending;
  await condition(allHandlersFinished);
  if (ended === undefined) throw error;
  return ended.result;
}

const doors = (
  receiver: EventReceiver,
  resets: Resets,
  seals: Seals,
  gate: Gate,
): WorkflowInboundCallsInterceptor => ({
  async execute(input, next) {
    eventReceiver.give(receiver);
    ownResets.give(resets);
    ownRoom.give(new Room());
    assertRead([...input.args, ...Object.values(workflowInfo().memo ?? {})]);
    try {
      const unproven = refusedOf(input, 'input') ?? refusedMemo();
      if (unproven !== undefined) {
        const error = refusedFrom(unproven);
        if (!(error instanceof ApplicationFailure)) throw error;
        return await refuse(unproven, error, seals);
      }
      const copied = seals.ofInput();
      // What was taken by a worker that asked less stays taken.
      if (copied !== undefined && patched(PATCH_OF_COPIES))
        return await refuse(copied, invalidInput('input', copied), seals);
      const { path, why } = misnamed(input.args[0]) ?? {};
      if (path && why && patched('ids-name-their-numbers')) throw invalidInput(path, why);
      if (!isOdd(copied, seals)) return await next(input);
      return await gate.closedUntil(endedBefore(), () => next(input));
    } catch (error) {
      if (isInvalidInput(error)) await answerWith(error);
      throw error;
    }
  },
  handleSignal(input, next) {
    const isSealed = READ.includes(input.signalName);
    const unsaid = isSealed && input.args[0] === undefined ? UNPROVEN : undefined;
    const copied = isSealed ? (seals.takeSignal(input) ?? unsaid ?? misfit(input)) : undefined;
    const refused = refusedOf(input, input.signalName);
    if (refused === undefined) {
      if (copied === undefined || !patched(PATCH_OF_COPIES)) return withoutUnread(input, next);
      log.warn('a signal is refused', { why: `${input.signalName}: ${copied}` });
      return Promise.resolve();
    }
    const error = refusedFrom(refused);
    if (!(error instanceof ApplicationFailure)) return Promise.reject(error);
    // A signal has nobody to be refused to.
    log.warn('a signal is refused', { why: refused });
    return Promise.resolve();
  },
  validateUpdate(input, next) {
    try {
      const unread = unreadIn(input);
      if (unread) throw unreadRefusal(unread);
      assertBelieved(input, seals);
      next(withoutName(input));
    } catch (error) {
      seals.refuseUpdate(input.updateId);
      throw error;
    }
  },
  handleUpdate(input, next) {
    seals.takeUpdate(input.updateId);
    const unread = unreadIn(input);
    // It was taken by a worker that could read it.
    if (unread) return Promise.reject(unreadError(unread));
    const refused = refusedOf(input, input.name);
    return refused === undefined ? next(withoutName(input)) : Promise.reject(refusedFrom(refused));
  },
  handleQuery(input, next) {
    const unread = unreadIn(input);
    if (unread) return Promise.reject(unreadRefusal(unread));
    const refused = refusedOf(input, input.queryName);
    return refused === undefined ? next(input) : Promise.reject(refusal(refused));
  },
});
