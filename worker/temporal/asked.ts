/**
 * What an activity's arguments were written for. The SDK hands no metadata over to whoever looks at a call, so that the codec adds it
 * to the arguments, and who has looked takes it away again.
 *
 * @module
 */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { ARGUMENT, writtenAs, writtenFor } from '../../contract/written-as.js';

const ASKED = 'doku-journeys/asked';

interface Asked {
  /** What the arguments were written for; empty where they were written for several things. */
  readonly [ASKED]: string;
}

/**
 * @param payloads - an activity's arguments, decrypted. What else an activity has to do with is written as no argument.
 * @returns with what they were written for, where they say so.
 */
export function withAsked(payloads: readonly Payload[]): Payload[] {
  const named = payloads.map((each) => (writtenAs(each) === ARGUMENT ? writtenFor(each) : ''));
  const [first = ''] = named;
  if (named.every((each) => each === '')) return [...payloads];
  const asked: Asked = { [ASKED]: named.every((each) => each === first) ? first : '' };
  return [...payloads, defaultPayloadConverter.toPayload(asked)];
}

/** @returns the arguments, and what they were written for; nothing of what workers of before wrote. */
export function askedIn(given: readonly unknown[]): { asked?: string; args: unknown[] } {
  const last = given.at(-1) as Partial<Asked> | null | undefined;
  const asked = typeof last === 'object' ? last?.[ASKED] : undefined;
  return asked === undefined ? { args: [...given] } : { asked, args: given.slice(0, -1) };
}
