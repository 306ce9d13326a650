/**
 * What Temporal and its SDK throw, as the client's own errors. Known by their names and numbers, so that nothing of the SDK
 * need be loaded to tell them apart.
 *
 * @module
 */
import type { ApplicationFailure } from '@temporalio/common';
import {
  errorTypeSchema,
  handedOverError,
  inputMismatchError,
  invalidInputDetailsSchema,
  invalidInputError,
  journeyEndedError,
  payloadKeyError,
  tooManyWaitingError,
} from '../../contract/errors.js';
import {
  type Breakage,
  DeadlineExceededError,
  DokuJourneysError,
  InputMismatchError,
  InvalidInputError,
  JourneyBrokenError,
  JourneyEndedError,
  NotNowError,
  PayloadKeyError,
  TemporalRefusedError,
  TemporalUnreachableError,
  TooManyWaitingError,
  UnexpectedAnswerError,
  UnknownJourneyError,
} from '../errors.js';
import { wordsOf } from './failure-words.js';

/** An error of `@temporalio/client`'s, without loading it. */
export const isNamed = (error: unknown, name: string): error is Error =>
  error instanceof Error && error.name === name;

/** What a journey itself has thrown. */
export const isFailure = (error: unknown): error is ApplicationFailure =>
  isNamed(error, 'ApplicationFailure');

/** Temporal's word for an update that its run had taken, and did not answer before it was ended from outside, as by a reset. */
const BROKEN_OFF = 'AcceptedUpdateCompletedWorkflow';
/** For one that a workflow task ended without: no worker has taken it. */
export const UNPROCESSED = 'UnprocessedUpdate';
/** What Temporal says by itself of an update. It says nothing of the journey, and the same update may be sent again. */
export const TEMPORALS_OWN: readonly string[] = [BROKEN_OFF, UNPROCESSED];

/** gRPC's numbers. */
export const GRPC = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** An error and what it was made of, outermost first. */
function* causesOf(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) yield cause;
}

/** What gRPC answered, wherever the SDK has put it. */
export function grpcOf(error: unknown): { code: number; details: string } | undefined {
  for (const cause of causesOf(error)) {
    const { code, details } = cause as { code?: unknown; details?: unknown };
    if (typeof code === 'number') return { code, details: String(details ?? cause.message) };
  }
  return undefined;
}

/** Whether a call's time ran out, for this side or for the server, which hangs up then: that reads as cancelled. */
export function isOutOfTime(error: unknown): boolean {
  const code = grpcOf(error)?.code;
  return code === GRPC.DEADLINE_EXCEEDED || code === GRPC.CANCELLED;
}

/** With these a server says that it could not say, in words that it hides from whoever asks. */
const OF_SERVER: ReadonlySet<number | undefined> = new Set([
  GRPC.UNKNOWN,
  GRPC.ABORTED,
  GRPC.INTERNAL,
  GRPC.DATA_LOSS,
]);

/** Whether the server had trouble of its own, as with an update whose run was reset, so that nothing is known of what was asked. */
export const isOfServer = (error: unknown): boolean => OF_SERVER.has(grpcOf(error)?.code);

/** What Temporal's stores say of a page's token that is none of theirs. */
const OF_TOKENS: ReadonlySet<number | undefined> = new Set([
  GRPC.UNKNOWN,
  GRPC.INVALID_ARGUMENT,
  GRPC.INTERNAL,
]);

/** Whether it may be the token with which a page was asked for. */
export const isOfToken = (error: unknown): boolean => OF_TOKENS.has(grpcOf(error)?.code);

/** Whether the answer may be found out another way: nobody answered in time, or a worker could not. */
export function isUnanswered(error: unknown): boolean {
  return (
    isOutOfTime(error) ||
    grpcOf(error)?.code === GRPC.FAILED_PRECONDITION ||
    isNamed(error, 'WorkflowUpdateRPCTimeoutOrCancelledError')
  );
}

/** @param what - the journey's workflow ID, or what else was asked. */
export function translated(error: unknown, what: string): DokuJourneysError {
  if (error instanceof DokuJourneysError) return error;
  return (
    misfitIn(error) ??
    ofJourney(error, what) ??
    ofTemporal(error, what) ??
    new UnexpectedAnswerError(`${what}: ${(error as Error).message}`, { cause: error })
  );
}

/**
 * What the payload codec has against what came here, by its errors' names.
 *
 * @param workflowId - of the journey whose input it is, which any backend may have written.
 */
export function misfitIn(error: unknown, workflowId?: string): PayloadKeyError | undefined {
  const sides = workflowId === undefined ? BACKEND_HAS : begunBySomebody(workflowId);
  for (const cause of causesOf(error)) {
    const told = MISFITS.get(cause.name);
    if (told) return misfit(told(sides, keyIdIn(cause), cause.message), error);
  }
  return undefined;
}

/** The same of what came to the workers: of their errors Temporal keeps the words alone. */
export function theirMisfitIn(error: Error | undefined): PayloadKeyError | undefined {
  if (error === undefined) return undefined;
  const [name] = THEIR_WORDS.find(([, words]) => words.test(error.message)) ?? [];
  const told = name && MISFITS.get(name);
  return told ? misfit(told(WORKERS_HAVE, keyIdIn(error), error.message), error) : undefined;
}

function misfit(what: string, cause: unknown): PayloadKeyError {
  // `npm start` makes one of this ID at each start.
  const again = what.includes('"local"')
    ? ': a shell from before "npm start" or "npm run site" was started again has to load .local/dev.env again'
    : '';
  return new PayloadKeyError(`${what}. Both must have the same PAYLOAD_KEYS${again}`, { cause });
}

const THEIR_WORDS = [
  ['UnknownPayloadKeyError', /^no payload key "/],
  ['WrongPayloadKeyError', /^payload key "[^"]+" does not fit/],
] as const;

interface Sides {
  readonly reader: string;
  readonly writer: string;
  /** Who has a key of the same ID as this backend. */
  readonly other: string;
  readonly what: string;
}
const BACKEND_HAS: Sides = {
  reader: 'this backend does',
  writer: 'the workers write',
  other: 'the workers have',
  what: 'what the workers write',
};
const WORKERS_HAVE: Sides = {
  reader: 'the workers do',
  writer: 'this backend writes',
  other: 'the workers have',
  what: 'what this backend writes',
};
const begunBySomebody = (workflowId: string): Sides => ({
  reader: 'this backend does',
  writer: `${workflowId} was begun`,
  other: `whoever began ${workflowId} has`,
  what: `the input of ${workflowId}`,
});

type Told = (sides: Sides, key: string, why: string) => string;
const MISFITS: ReadonlyMap<string, Told> = new Map<string, Told>([
  [
    'UnknownPayloadKeyError',
    ({ reader, writer }, key) => `${reader} not have the payload key${key}, with which ${writer}`,
  ],
  [
    'WrongPayloadKeyError',
    ({ other }, key) => `this backend has another payload key${key} than ${other} under that ID`,
  ],
  [
    'RefusedPayloadError',
    ({ what }, _, why) => `${what} is not as the payload keys have it: ${why}`,
  ],
]);

/** Key IDs are no secrets. */
export function keyIdIn(error: Error): string {
  const { keyId = /payload key "([A-Za-z0-9._-]{1,64})"/.exec(error.message)?.[1] } = error as {
    keyId?: string;
  };
  return keyId === undefined ? '' : ` "${keyId}"`;
}

function ofJourney(error: unknown, what: string): DokuJourneysError | undefined {
  const { name, cause } = error as Error;
  switch (name) {
    case 'WorkflowNotFoundError':
      return unknown(what);
    case 'WorkflowUpdateFailedError':
      return isFailure(cause) ? refusal(cause) : undefined;
    case 'WorkflowFailedError':
      return refusedAtStart(cause) ?? broken(error as Error, what);
    case 'QueryRejectedError':
    case 'QueryNotRegisteredError':
      return new UnexpectedAnswerError(`${what} does not answer this`, { cause: error });
    default:
      return undefined;
  }
}

/** What a journey says of an update. */
function refusal(failure: ApplicationFailure): DokuJourneysError {
  const { type, details } = failure;
  const message = wordsOf(failure);
  switch (type) {
    case invalidInputError.type: {
      const parsed = invalidInputDetailsSchema.safeParse(details);
      return new InvalidInputError(message, parsed.success ? parsed.data[0] : []);
    }
    case inputMismatchError.type:
      return new InputMismatchError(message);
    case journeyEndedError.type:
      return new JourneyEndedError(message, details?.[0]);
    case payloadKeyError.type:
      return theirMisfitIn(failure) ?? new PayloadKeyError(message);
    case tooManyWaitingError.type:
      return new TooManyWaitingError(message);
    case UNPROCESSED:
      return new TooManyWaitingError('no worker has taken it: send it again');
    case BROKEN_OFF:
    case handedOverError.type:
      return new DeadlineExceededError(
        'its run was ended before it answered: it may still come. Call again with the same arguments',
      );
    default: {
      const known = errorTypeSchema.safeParse(type);
      return new NotNowError(message, known.success ? known.data : 'NotNow');
    }
  }
}

/** A journey whose input was wrong has done nothing. */
const refusedAtStart = (cause: unknown): DokuJourneysError | undefined =>
  isFailure(cause) && cause.type === invalidInputError.type ? refusal(cause) : undefined;

const BREAKAGES: Readonly<Record<string, Breakage>> = {
  TerminatedFailure: 'terminated',
  CancelledFailure: 'cancelled',
  TimeoutFailure: 'timed-out',
};

function broken(error: Error, what: string): JourneyBrokenError {
  const cause = error.cause as Error | undefined;
  const how = BREAKAGES[cause?.name ?? ''] ?? 'failed';
  // Without a reason: anybody who reaches Temporal writes it, in the clear, and a worker's own is for those who run it.
  return new JourneyBrokenError(`${what} was ${TOLD[how]}`, how, { cause: error });
}

const TOLD: Readonly<Record<Breakage, string>> = {
  terminated: 'terminated in Temporal',
  cancelled: 'cancelled in Temporal',
  'timed-out': 'ended by a time-out of Temporal',
  failed: 'failed by its worker',
};

const unknown = (what: string) => new UnknownJourneyError(`no journey ${what} is known`);

function ofTemporal(error: unknown, what: string): DokuJourneysError | undefined {
  if (isNamed(error, 'NamespaceNotFoundError'))
    return new TemporalRefusedError(
      `${error.message}: is the namespace of this client the workers'?`,
      false,
      { cause: error },
    );
  const { code, details } = grpcOf(error) ?? {};
  const refused = () =>
    new TemporalRefusedError(
      `Temporal refuses the call: ${details}`,
      code === GRPC.RESOURCE_EXHAUSTED,
      { cause: error },
    );
  switch (code) {
    case GRPC.UNAVAILABLE:
    case GRPC.DEADLINE_EXCEEDED:
    // A server that runs out of the call's time hangs up.
    case GRPC.CANCELLED:
      return new TemporalUnreachableError(`Temporal does not answer: ${details}`, { cause: error });
    case GRPC.NOT_FOUND:
      if (!/namespace/i.test(details ?? '')) return unknown(what);
      return refused();
    case GRPC.UNAUTHENTICATED:
    case GRPC.PERMISSION_DENIED:
    case GRPC.INVALID_ARGUMENT:
    case GRPC.RESOURCE_EXHAUSTED:
      return refused();
    default:
      return undefined;
  }
}
