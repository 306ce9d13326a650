import * as z from 'zod';
import { isLoopbackUrl } from '../../contract/loopback.js';
import { hasPlainHost, NO_PLAIN_HOST } from '../../contract/plain-host.js';

/** Who is told, and how it knows us. */
export interface EventSettings {
  readonly url: string;
  /** The same text as the receiver has it. Two during a rotation: each event is signed with both. Read anew for each. */
  readonly secrets: readonly string[];
  /** Milliseconds: no pause between two tries is longer, but for what the receiver itself asks for. Default 4 hours. */
  readonly longestPauseMs?: number;
}

/** Messages never quote it: a path may be a secret of its own. */
export const eventsUrlSchema = z
  .string()
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
    error: 'must be an http(s) URL',
    abort: true,
  })
  .refine(hasPlainHost, { error: NO_PLAIN_HOST, abort: true })
  .refine((text) => {
    const { protocol } = new URL(text);
    return protocol === 'https:' || isLoopbackUrl(text);
  }, 'must be https, except for loopback')
  .refine((text) => {
    const { username, password, hash } = new URL(text);
    return username === '' && password === '' && hash === '';
  }, 'must have neither a login nor a fragment');

/** By the Standard Webhooks convention: `whsec_` and 24 to 64 random bytes in base64. */
const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const isOfLength = (text: string) => {
  const { length } = Buffer.from(text.slice('whsec_'.length), 'base64');
  return length >= 24 && length <= 64;
};

export const eventsSecretSchema = z
  .string()
  .refine(
    (text) => SECRET.test(text) && isOfLength(text),
    'must be "whsec_" and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)"',
  );
