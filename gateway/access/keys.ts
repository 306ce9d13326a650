/**
 * API keys. A file holds their digests, so that whoever reads it can ask for nothing: `{"keys":[{"id":…,"sha256":…,"scopes":[…]}]}`.
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Problem } from '../problems/problem.js';
import type { Authenticate } from './caller.js';
import { scopeSchema } from './scopes.js';

export const keyEntrySchema = z.strictObject({
  /** Whose it is, for the audit: letters, digits, `.`, `_`, `-`. */
  id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ -'),
  /** Of the whole key, in hexadecimal. A key is 32 random bytes, so that nothing slower is needed. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal'),
  scopes: z.array(scopeSchema).min(1, 'must name a scope'),
  /** Until then. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export type KeyEntry = z.output<typeof keyEntrySchema>;

export const keysFileSchema = z
  .strictObject({ keys: z.array(keyEntrySchema).max(10_000) })
  .refine(({ keys }) => new Set(keys.map(({ id }) => id)).size === keys.length, {
    path: ['keys'],
    message: 'must have an ID each of its own',
  })
  // Taken out under one ID, it would go on under the other.
  .refine(({ keys }) => new Set(keys.map(({ sha256 }) => sha256)).size === keys.length, {
    path: ['keys'],
    message: 'must each be another one: the same key stands under two IDs',
  });

/** What every key begins with, so that scanners for leaked secrets know it. */
const PREFIX = 'dokuj_';
const KEY = /^dokuj_[A-Za-z0-9_-]{43}$/;

/** Whether it is of the form of a key, and so no issuer's token. */
export const isApiKey = (token: string) => KEY.test(token);

const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** Makes a key. @returns the key, which is told once, and what the file holds of it. */
export function newKey(of: Omit<KeyEntry, 'sha256'>): { key: string; entry: KeyEntry } {
  const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { key, entry: keyEntrySchema.parse({ ...of, sha256: digestOf(key) }) };
}

/** @param entries - as they are now. */
export function keyAuthentication(
  entries: () => Promise<readonly KeyEntry[]> | readonly KeyEntry[],
): Authenticate {
  return async (token) => {
    const digest = isApiKey(token) ? digestOf(token) : undefined;
    // Told apart by digests: how long that takes tells nothing of a key.
    const entry = (await entries()).find(({ sha256 }) => sha256 === digest);
    const isOver = entry?.expiresAt !== undefined && Date.parse(entry.expiresAt) <= Date.now();
    if (!entry || isOver)
      throw new Problem(
        'Unauthenticated',
        'the key is none of those that the gateway knows, or has run out',
      );
    return { who: `key:${entry.id}`, scopes: entry.scopes };
  };
}
