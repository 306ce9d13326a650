import * as z from 'zod';

/** What can be allowed, a resource each; `…:write` allows to read it too. */
export const SCOPES = [
  'purchases:read',
  'purchases:write',
  'authorized-purchases:read',
  'authorized-purchases:write',
  'refunds:read',
  'refunds:write',
  'top-ups:read',
  'top-ups:write',
  'batches:read',
  'batches:write',
  'transfers:read',
  'transfers:write',
  'openings:read',
  'openings:write',
  'closings:read',
  'closings:write',
  'reconciliation:read',
  'reconciliation:write',
  /** Balance, inquiries and history. */
  'reads',
  'events:read',
] as const;

export const scopeSchema = z.enum(SCOPES);
export type Scope = z.output<typeof scopeSchema>;

/** Whether one of these allows it. */
export const isAllowed = (held: readonly string[], needed: Scope): boolean =>
  held.includes(needed) || held.includes(needed.replace(/:read$/, ':write'));
