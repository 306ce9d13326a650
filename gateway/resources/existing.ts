/**
 * What there is under a number already.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import type * as z from 'zod';
import { UnknownJourneyError } from '../../client/errors.js';
import { describedRun } from '../../client/temporal/listing.js';
import { originalInput } from '../../client/temporal/own-input.js';
import { Problem } from '../problems/problem.js';

/** Whether Temporal has a journey of this ID. */
export async function inTemporal(client: Client, workflowId: string): Promise<boolean> {
  try {
    await describedRun(client, workflowId);
    return true;
  } catch (error) {
    if (error instanceof UnknownJourneyError) return false;
    throw error;
  }
}

interface Compared {
  readonly workflowId: string;
  readonly given: unknown;
  readonly schema: z.ZodType;
}

/** An input that is not the journey's own, with both; every other error as it is. */
export async function mismatchOf(
  client: Client,
  { workflowId, given, schema }: Compared,
  error: unknown,
): Promise<unknown> {
  if ((error as Error).name !== 'InputMismatchError') return error;
  const { input: own } = await originalInput(client, { workflowId });
  const [mine, theirs] = [given, own].map((input) => {
    const parsed = schema.safeParse(input);
    return parsed.success ? parsed.data : input;
  });
  return new Problem('InputMismatch', (error as Error).message, {
    cause: error,
    details: {
      given: withoutPersonal(mine),
      existing: withoutPersonal(theirs),
      differing: differing(mine, theirs),
    },
  });
}

/** Personal, or worth hiding, wherever it stands in an input. */
const PERSONAL = new Set(['name', 'phoneNo', 'email', 'beneficiaryAccountNumber', 'accountId']);

function withoutPersonal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPersonal);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      PERSONAL.has(name) ? '…' : withoutPersonal(inner),
    ]),
  );
}

/** Paths of what differs, such as `amount.value`. */
function differing(one: unknown, other: unknown, path: readonly string[] = []): string[] {
  if (!isObject(one) || !isObject(other)) return one === other ? [] : [path.join('.')];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differing(one[name], other[name], [...path, name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
