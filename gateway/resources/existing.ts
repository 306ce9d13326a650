/**
 * What there is under a number already.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import * as z from 'zod';
import { UnknownJourneyError } from '../../client/errors.js';
import { describedRun } from '../../client/temporal/listing.js';
import { originalInput } from '../../client/temporal/own-input.js';
import { durationSchema } from '../../contract/duration.js';
import {
  customerIdSchema,
  openingReferenceSchema,
  partnerReferenceNoSchema,
} from '../../contract/identity.js';
import { instantSchema } from '../../contract/instant.js';
import { moneySchema } from '../../contract/money.js';
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
      given: shownOf(mine),
      existing: shownOf(theirs),
      differing: differing(mine, theirs),
    },
  });
}

/** What may be shown, where it is what its name says; whatever else stands in an input may be a person's, or a secret. */
const SHOWN: Readonly<Record<string, z.ZodType>> = {
  customerId: customerIdSchema,
  partnerReferenceNo: partnerReferenceNoSchema,
  partnerRefundNo: partnerReferenceNoSchema,
  batchReference: openingReferenceSchema,
  reference: openingReferenceSchema,
  ...moneySchema.shape,
  rows: z.int(),
  inFlight: z.int(),
  from: instantSchema,
  to: instantSchema,
  ...Object.fromEntries(
    [
      'payWithin',
      'acknowledgeWithin',
      'settleWithin',
      'captureWithin',
      'confirmWithin',
      'receiveWithin',
      'otpWithin',
      'pageWithin',
      'waitForFunds',
      'waitForOpenJourneys',
    ].map((name) => [name, durationSchema]),
  ),
};

/** The input with all that may be shown, and `…` for the rest. */
export function shownOf(value: unknown, name = ''): unknown {
  if (isObject(value) && !Array.isArray(value))
    return Object.fromEntries(
      Object.entries(value).map(([inner, own]) => [inner, shownOf(own, inner)]),
    );
  return Object.hasOwn(SHOWN, name) && SHOWN[name]?.safeParse(value).success ? value : '…';
}

/** Paths of what differs, such as `amount.value`. */
function differing(one: unknown, other: unknown, path: readonly string[] = []): string[] {
  if (!isObject(one) || !isObject(other)) return one === other ? [] : [path.join('.')];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differing(one[name], other[name], [...path, name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
