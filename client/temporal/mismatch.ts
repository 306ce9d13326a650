/**
 * What an input is held against, where a number was used for another one before.
 *
 * @module
 */

import * as z from 'zod';
import { durationSchema } from '../../contract/duration.js';
import {
  customerIdSchema,
  openingReferenceSchema,
  partnerReferenceNoSchema,
} from '../../contract/identity.js';
import { instantSchema } from '../../contract/instant.js';
import { moneySchema } from '../../contract/money.js';
import { ownMember } from '../../contract/own-member.js';
import { InputMismatchError } from '../errors.js';

/** @param existing - what the journey was started with, as its history has it. */
export function mismatchOf(
  message: string,
  { given, existing, schema }: { given: unknown; existing: unknown; schema: z.ZodType },
): InputMismatchError {
  const parsed = schema.safeParse(existing);
  const theirs = parsed.success ? parsed.data : existing;
  return new InputMismatchError(message, {
    given: shownOf(given),
    existing: shownOf(theirs),
    // Where there is nothing to compare, no field differs.
    differing: isObject(theirs) ? differing(given, theirs) : [],
  });
}

/** What may be shown, where it is what its name says; whatever else stands in an input may be a person's, or a secret. */
const SHOWN: Readonly<Record<string, z.ZodType>> = {
  customerId: customerIdSchema,
  partnerReferenceNo: partnerReferenceNoSchema,
  partnerRefundNo: partnerReferenceNoSchema,
  partnerCaptureNo: partnerReferenceNoSchema,
  partnerVoidNo: partnerReferenceNoSchema,
  last: z.boolean(),
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

/** The input with all that may be shown, and `…` for the rest; without what was left out. */
export function shownOf(value: unknown, name = ''): unknown {
  if (isObject(value) && !Array.isArray(value))
    return Object.fromEntries(
      Object.entries(value).flatMap(([inner, own]) =>
        own === undefined ? [] : [[inner, shownOf(own, inner)]],
      ),
    );
  return ownMember(SHOWN, name)?.safeParse(value).success ? value : '…';
}

/** Paths of what differs, such as `amount.value`. */
function differing(one: unknown, other: unknown, path: readonly string[] = []): string[] {
  if (!isObject(one) || !isObject(other)) return one === other ? [] : [path.join('.')];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differing(one[name], other[name], [...path, name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
