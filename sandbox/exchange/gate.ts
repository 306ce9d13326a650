/**
 * The checks of a request in DOKU's order: the first that fails answers (doku-api §13.1).
 *
 * @module
 */
import crypto from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import type { Account } from '../books/accounts.js';
import {
  badRequest,
  invalidFormat,
  missingField,
  Refusal,
  unauthorized,
} from '../books/refusal.js';
import type { Doku } from '../doku/index.js';
import type { Operation } from './operation.js';
import { isMerchantSignature, isSecretSignature } from './signature.js';

/** How far a caller's clock may be off. Against real time, so that moving the sandbox's clock spoils no call. */
const SKEW_MS = 15 * 60_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
}

export interface Admitted {
  readonly body: unknown;
  readonly account: Account | undefined;
  readonly externalId: string;
}

/** The answer to a repeated X-EXTERNAL-ID where DOKU replays its first one. */
export class Replay extends Error {
  constructor(readonly answer: unknown) {
    super('replay');
  }
}

/** @throws Refusal, Replay */
export function admit(doku: Doku, operation: Operation, arrived: Arrived): Admitted {
  const json = parsedBody(arrived.rawBody);
  if (operation.auth === 'client') {
    admitClient(doku, arrived);
    return {
      body: checked(operation.body, json),
      account: undefined,
      externalId: header(arrived, 'x-external-id') ?? '',
    };
  }
  const account = admitTokens(doku, arrived);
  const externalId = needed(arrived, 'X-EXTERNAL-ID');
  assertFresh(doku, externalId, arrived.rawBody);
  return { body: checked(operation.body, json), account, externalId };
}

export function parsedBody(rawBody: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Answered below.
  }
  throw badRequest();
}

function admitClient(doku: Doku, arrived: Arrived): void {
  const clientId = needed(arrived, 'X-CLIENT-KEY');
  const timestamp = neededTimestamp(arrived);
  const signature = needed(arrived, 'X-SIGNATURE');
  if (clientId !== doku.merchant.clientId) throw unauthorized('Unknown Client');
  if (!isMerchantSignature(doku.merchant.publicKey, clientId, timestamp, signature)) {
    throw unauthorized('Invalid Signature');
  }
}

/** @returns the customer, where the path asks for the customer's token. */
function admitTokens(doku: Doku, arrived: Arrived): Account | undefined {
  const timestamp = neededTimestamp(arrived);
  const partnerId = needed(arrived, 'X-PARTNER-ID');
  const externalId = needed(arrived, 'X-EXTERNAL-ID');
  // SNAP says 36 digits; DOKU's own SDKs send up to 64 characters.
  if (!/^[\x21-\x7e]{1,64}$/.test(externalId)) throw invalidFormat('X-EXTERNAL-ID');
  const signature = needed(arrived, 'X-SIGNATURE');
  const token = bare(needed(arrived, 'Authorization'));
  if (partnerId !== doku.merchant.clientId) throw unauthorized('Unknown Client');
  doku.tokens.checkB2B(token);
  const rawBody = arrived.rawBody.toString('utf8');
  const signed = { method: 'POST', path: arrived.path, token, rawBody, timestamp, signature };
  if (!isSecretSignature(doku.merchant.clientSecret, signed))
    throw unauthorized('Invalid Signature');
  if (!arrived.path.startsWith('/snap-adapter/b2b2c/')) return undefined;
  const customerToken = header(arrived, 'authorization-customer');
  return doku.accounts.get(doku.tokens.checkB2B2C(customerToken && bare(customerToken)));
}

function assertFresh(doku: Doku, externalId: string, rawBody: Buffer): void {
  const bodyHash = crypto.createHash('sha256').update(rawBody).digest('hex');
  const earlier = doku.useExternalId(externalId, bodyHash);
  if (!earlier) return;
  if (
    doku.settings.duplicateExternalId === 'replay' &&
    earlier.bodyHash === bodyHash &&
    earlier.answer
  ) {
    throw new Replay(earlier.answer);
  }
  throw new Refusal(409, '00', 'Conflict');
}

function checked(schema: z.ZodType, json: unknown): unknown {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const given = path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  const field = path.map(String).join('.');
  throw given === undefined || given === null || given === ''
    ? missingField(field)
    : invalidFormat(field);
}

function header({ headers }: Arrived, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function needed(arrived: Arrived, name: string): string {
  const value = header(arrived, name);
  if (value === undefined) throw missingField(name);
  return value;
}

function neededTimestamp(arrived: Arrived): string {
  const timestamp = needed(arrived, 'X-TIMESTAMP');
  const off = Math.abs(Date.parse(timestamp) - Date.now());
  if (!TIMESTAMP.test(timestamp) || !(off <= SKEW_MS)) throw invalidFormat('X-TIMESTAMP');
  return timestamp;
}

/** With or without `Bearer` (C-05). */
const bare = (value: string) => value.replace(/^Bearer\s+/i, '');
