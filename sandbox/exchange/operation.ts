import type * as z from 'zod';
import type { Account } from '../books/accounts.js';
import type { Terms } from '../books/terms.js';
import type { OperationName } from '../doku/faults.js';
import type { Doku } from '../doku/index.js';
import type { Mood } from '../temperaments/mood.js';

/** One call that passed the gate. */
export interface Call<Body = unknown> {
  readonly doku: Doku;
  readonly body: Body;
  /** Present where the customer's token was asked for. */
  readonly account: Account | undefined;
  readonly externalId: string;
  /** How DOKU is disposed towards it, and how its books take a movement. */
  readonly mood: Mood;
  readonly terms: Terms;
}

export interface Operation {
  readonly name: OperationName;
  readonly serviceCode: string;
  readonly paths: readonly string[];
  readonly auth: 'client' | 'tokens';
  readonly body: z.ZodType;
  /** Does it and returns the answer's fields. @throws Refusal */
  readonly run: (call: Call<never>) => Record<string, unknown>;
}

/** Binds an operation's handler to the type of its body. */
export function operation<Body extends z.ZodType>(
  definition: Omit<Operation, 'body' | 'run'> & {
    body: Body;
    run: (call: Call<z.output<Body>>) => Record<string, unknown>;
  },
): Operation {
  return definition as unknown as Operation;
}

export const B2B = '/snap-adapter/b2b/v1.0/';
export const B2B2C = '/snap-adapter/b2b2c/v1.0/';
/** Where the path is inferred or sources disagree, both families answer. */
export const either = (path: string) => [`${B2B2C}${path}`, `${B2B}${path}`];
