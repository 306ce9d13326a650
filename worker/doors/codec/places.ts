/**
 * Of which workflow somebody reads, for the audit.
 *
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Payload } from '@temporalio/common';
import { readableReference } from './text.js';

/** What an encrypted payload itself says of the workflow that it is of: an ID, or a digest of one. */
export type PlaceOf = (payload: Payload) => string | undefined;

/** Temporal's own IDs are shorter. */
const MOST_OF_ID = 1_000;
/** Named in one line; a request of the Temporal UI is about one workflow. */
const MOST_NAMED = 20;

/** What whoever asks claims: `X-Namespace`, which the Temporal UI and CLI send, and `X-Workflow-ID`, which the CLI can. */
export const claimedIn = (headers: IncomingHttpHeaders) => ({
  namespace: idIn(headers['x-namespace']),
  workflowId: idIn(headers['x-workflow-id']),
});

const idIn = (value: string | string[] | undefined) =>
  typeof value === 'string' && value !== '' ? loggable(value.slice(0, MOST_OF_ID)) : undefined;

/** Without what may be a person's, and what would turn or hide the rest of a line. */
const loggable = (id: string) => readableReference(id.replace(/\p{C}/gu, '\u{fffd}'), false);

export const placesOf = (payloads: readonly Payload[], placeOf: PlaceOf): string[] => {
  const places = payloads.map(placeOf).filter((place) => place !== undefined);
  return [...new Set(places.map(loggable))].slice(0, MOST_NAMED);
};
