/**
 * Payloads as Temporal's remote codec protocol writes them: the JSON form of protobuf, with bytes in Base64.
 *
 * @module
 */
import type { Payload } from '@temporalio/common';
import * as z from 'zod';
import { CodecRefusal } from './refusal.js';

/** Of one request. An event of Temporal's holds a handful, a memo or a search's result some more. */
export const MOST_PAYLOADS = 1_000;
/** Of one payload: its encoding, a key's ID, a message's type. */
const MOST_METADATA = 16;

const payloadSchema = z.object({
  metadata: z.record(z.string(), z.string()).optional(),
  data: z.string().optional(),
});
type JsonPayload = z.output<typeof payloadSchema>;

/** @throws CodecRefusal 400 */
export function payloadsIn(body: unknown): Payload[] {
  const payloads =
    typeof body === 'object' && body !== null && 'payloads' in body ? body.payloads : undefined;
  // Counted before any is looked at.
  if (!Array.isArray(payloads) || payloads.length > MOST_PAYLOADS)
    throw new CodecRefusal(400, `payloads: must be a list of ${MOST_PAYLOADS} payloads at most`);
  return payloads.map((payload, index) => {
    const parsed = isLean(payload) ? payloadSchema.safeParse(payload) : undefined;
    if (!parsed?.success) throw new CodecRefusal(400, `payloads.${index}: must be a payload`);
    return fromJson(parsed.data);
  });
}

/** Looked at before its content is. */
const isLean = (payload: unknown) =>
  typeof payload === 'object' &&
  payload !== null &&
  (!('metadata' in payload) || Object.keys(payload.metadata ?? {}).length <= MOST_METADATA);

const fromJson = ({ metadata = {}, data }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  ),
  ...(data !== undefined && { data: Buffer.from(data, 'base64') }),
});

export const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value).toString('base64'),
    ]),
  ),
  ...(data && { data: Buffer.from(data).toString('base64') }),
});
