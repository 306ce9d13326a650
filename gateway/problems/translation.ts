/**
 * What anything thrown is, as a problem: the client's errors by their names, Temporal's and fastify's by their codes.
 *
 * @module
 */
import type { FastifyRequest } from 'fastify';
import {
  CustomerNotBoundError,
  DokuJourneysError,
  InputMismatchError,
  InvalidInputError,
  InvalidRowsError,
  JourneyEndedError,
  NeedsAttentionError,
  NoWorkerError,
  RefusedError,
  UnexpectedAnswerError,
} from '../../client/errors.js';
import { translated } from '../../client/temporal/translated.js';
import { writtenIssues } from '../../contract/issues.js';
import { LateError } from '../calls/answer.js';
import { type FieldMistake, Problem } from './problem.js';
import { isProblemName, kindOf, type ProblemName } from './table.js';

/** Whose parts the client's mistakes are told by. */
export type Asked = Pick<FastifyRequest, 'method' | 'params' | 'query'>;

export function problemOf(error: unknown, asked?: Asked): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DokuJourneysError) return ofClient(error, asked);
  return ofValidation(error) ?? ofFastify(error) ?? ofTemporal(error);
}

/** What a path begins with; one in the body with itself. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  querystring: ['query'],
  params: ['path'],
};

/** A part of a request that is not as its schema has it; fastify says which part. */
export class WrongRequestError extends Error {
  override readonly name = 'WrongRequestError';
  validationContext?: string;
  constructor(readonly issues: readonly FieldMistake[]) {
    super(writtenIssues(issues));
  }
}

function ofValidation(error: unknown): Problem | undefined {
  if (!(error instanceof WrongRequestError)) return undefined;
  const place = PLACES[error.validationContext ?? 'body'] ?? [];
  const fields = error.issues.map(({ path, message }) => ({
    path: [...place, path].filter(Boolean).join('.') || 'body',
    message,
  }));
  return invalidInput(fields, error);
}

export const invalidInput = (fields: readonly FieldMistake[], cause?: unknown): Problem =>
  new Problem('InvalidInput', writtenIssues(fields), { details: { fields }, cause });

/** What the client would make of it; of what is none of Temporal's it makes nothing. */
function ofTemporal(error: unknown): Problem {
  const meant = translated(error, 'the gateway');
  return meant instanceof UnexpectedAnswerError
    ? new Problem('Unexpected', undefined, { cause: error })
    : ofClient(meant);
}

function ofClient(error: DokuJourneysError, asked?: Asked): Problem {
  const name = error.name.replace(/Error$/, '');
  if (error instanceof InvalidInputError) return invalidInput(fieldsIn(error, asked), error);
  if (!isProblemName(name)) return new Problem('Unexpected', undefined, { cause: error });
  const problem = sharperOf(error, name);
  // What Temporal and workers say of their troubles is for the log, and for those who run them; but on which task queue
  // nobody answers, whoever asks in vain has to tell them.
  const isTold = kindOf(problem).status < 500;
  // What to do the problem has a member for.
  const said = error instanceof InputMismatchError ? error.found : error.message;
  const detail = isTold || error instanceof LateError ? said : queueIn(error);
  return new Problem(problem, detail, {
    cause: error,
    details: {
      ...(error instanceof InvalidRowsError && { rows: error.mistakes.slice(0, MOST_ROWS) }),
      ...(error instanceof JourneyEndedError && { result: error.result }),
      ...(error instanceof InputMismatchError ? error.orders : {}),
      ...(error instanceof RefusedError && { refusal: error.refusal }),
      ...(error instanceof NeedsAttentionError &&
        error.attention && { attention: error.attention }),
      ...(error instanceof CustomerNotBoundError &&
        error.result !== undefined && { result: error.result }),
    },
  });
}

function queueIn(error: DokuJourneysError): string | undefined {
  if (!(error instanceof NoWorkerError)) return undefined;
  if (error.isElsewhere) return error.message;
  return error.taskQueue && `no worker answers on the task queue ${error.taskQueue}`;
}

/** The journey's own word says more than the class of the client's error. */
function sharperOf(error: Error, name: ProblemName): ProblemName {
  const { type } = error as { type?: unknown };
  return typeof type === 'string' && isProblemName(type) ? type : name;
}

/** What the client calls `input.amount.value`, or `submitOtp.otp`, is in the body, unless path or query have that name. */
function fieldsIn({ issues, message }: InvalidInputError, asked?: Asked): FieldMistake[] {
  if (issues.length === 0) return [{ path: 'body', message }];
  return issues.map((issue) => {
    const [argument = '', ...inner] = issue.path.split('.');
    const place = placeOf(inner[0] ?? argument, asked);
    const named = place && inner.length === 0 ? [argument] : inner;
    return {
      path: [...(place ?? []), ...named].join('.') || 'body',
      message: issue.message,
    };
  });
}

/** Of a GET all that is not in the path is in the query. */
function placeOf(name: string, asked: Asked | undefined): readonly string[] | undefined {
  if (asked === undefined) return undefined;
  if (Object.hasOwn((asked.params ?? {}) as object, name)) return PLACES.params;
  return asked.method === 'GET' && Object.hasOwn((asked.query ?? {}) as object, name)
    ? PLACES.querystring
    : undefined;
}

/** Nobody reads more of a file that is wrong throughout. */
const MOST_ROWS = 1_000;

const STATUSES: Readonly<Record<number, ProblemName>> = {
  400: 'InvalidInput',
  403: 'NoSuchResource',
  404: 'NoSuchResource',
  408: 'InvalidInput',
  413: 'TooLarge',
  414: 'InvalidInput',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
};

/** By Fastify's codes. */
const PATHS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'cannot be read: write its parts as UTF-8, percent-encoded',
  FST_ERR_MAX_PARAM_LENGTH: 'has a part of more than 512 characters',
};

function ofFastify(error: unknown): Problem | undefined {
  const { statusCode } = error as { statusCode?: number };
  const name = STATUSES[statusCode ?? 500];
  if (name === undefined) return undefined;
  // Fastify's own words may quote what was sent.
  const ofPath = PATHS[(error as { code?: string }).code ?? ''];
  if (ofPath) return invalidInput([{ path: 'path', message: ofPath }], error);
  return name === 'InvalidInput'
    ? invalidInput([{ path: 'body', message: 'cannot be read: send JSON' }], error)
    : new Problem(name, undefined, { cause: error });
}
