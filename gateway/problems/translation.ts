/**
 * What anything thrown is, as a problem: the client's errors by their names, Temporal's and fastify's by their codes.
 *
 * @module
 */
import { isGrpcServiceError } from '@temporalio/client';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { InvalidRowsError, JourneyEndedError, RefusedError } from '../../client/errors.js';
import { type FieldMistake, Problem } from './problem.js';
import { isProblemName, type ProblemName } from './table.js';

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return (
    ofValidation(error) ??
    ofClient(error) ??
    ofPayloads(error) ??
    ofTemporal(error) ??
    ofFastify(error) ??
    new Problem('Unexpected', undefined, { cause: error })
  );
}

/** What a path begins with; one in the body with itself. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  querystring: ['query'],
  params: ['path'],
};

function ofValidation(error: unknown): Problem | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const { validationContext = 'body' } = error as { validationContext?: string };
  const place = PLACES[validationContext] ?? [];
  const fields = error.validation.map(({ instancePath, message = 'is wrong' }) => ({
    path: [...place, ...instancePath.split('/').filter(Boolean)].join('.') || 'body',
    message,
  }));
  return invalidInput(fields, error);
}

export const invalidInput = (fields: readonly FieldMistake[], cause?: unknown): Problem =>
  new Problem('InvalidInput', fields.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    details: { fields },
    cause,
  });

function ofClient(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const name = error.name.replace(/Error$/, '');
  if (name === 'InvalidInput') return invalidInput(fieldsIn(error.message), error);
  if (!error.name.endsWith('Error') || !isProblemName(name)) return undefined;
  return new Problem(sharperOf(error, name), error.message, {
    cause: error,
    details: {
      ...(error instanceof InvalidRowsError && { rows: error.mistakes }),
      ...(error instanceof JourneyEndedError && { result: error.result }),
      ...(error instanceof RefusedError && { refusal: error.refusal }),
    },
  });
}

/** The journey's own word says more than the class of the client's error. */
function sharperOf(error: Error, name: ProblemName): ProblemName {
  const { type } = error as { type?: unknown };
  return typeof type === 'string' && isProblemName(type) ? type : name;
}

/** `input.amount.value: must be …; input.customerId: …`, as the contract describes issues. */
function fieldsIn(message: string): FieldMistake[] {
  return message.split(/; (?=[\w.[\]]+: )/).map((part) => {
    const [, path, rule] = /^([\w.[\]]+): (.*)$/s.exec(part) ?? [];
    return path === undefined
      ? { path: 'body', message: part }
      : { path: path.replace(/^input\./, ''), message: rule ?? '' };
  });
}

const PAYLOAD_ERRORS = new Set([
  'UnknownPayloadKeyError',
  'WrongPayloadKeyError',
  'RefusedPayloadError',
]);

/** Wherever in the causes: the SDK wraps what its codec throws. */
function ofPayloads(error: unknown): Problem | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (PAYLOAD_ERRORS.has(cause.name)) return new Problem('PayloadKey', cause.message, { cause });
  return undefined;
}

/** gRPC's numbers. */
const CODES: Readonly<Record<number, ProblemName>> = {
  4: 'DeadlineExceeded',
  7: 'TemporalRefused',
  8: 'TemporalUnreachable',
  14: 'TemporalUnreachable',
  16: 'TemporalRefused',
};

function ofTemporal(error: unknown): Problem | undefined {
  const name = CODES[grpcCodeOf(error) ?? -1];
  return name && new Problem(name, undefined, { cause: error });
}

/** The client wraps what the service answers. */
export function grpcCodeOf(error: unknown): number | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isGrpcServiceError(cause)) return cause.code;
  return undefined;
}

const STATUSES: Readonly<Record<number, ProblemName>> = {
  400: 'InvalidInput',
  404: 'NoSuchResource',
  408: 'InvalidInput',
  413: 'TooLarge',
  414: 'InvalidInput',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
};

function ofFastify(error: unknown): Problem | undefined {
  const { statusCode } = error as { statusCode?: number };
  const name = STATUSES[statusCode ?? 500];
  if (name === undefined) return undefined;
  // Fastify's own words may quote what was sent.
  return name === 'InvalidInput'
    ? invalidInput([{ path: 'body', message: 'cannot be read: send JSON' }], error)
    : new Problem(name, undefined, { cause: error });
}
