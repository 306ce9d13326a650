import * as z from 'zod';
import { isLoopbackHost } from './loopback.js';

/** What a browser may be sent to, in words. */
const RULE = 'must be https (http for loopback only), without blanks and user info';
/** Blanks, backslashes and characters that steer: browsers and servers read them differently. */
const MISREAD = /[\s\\\p{Cc}\p{Cf}]/u;

/**
 * Whether a browser may be sent there, whoever says so: https, or http on this machine. A name or a password in a URL is
 * a host made to look like another one.
 */
export function isForBrowsers(text: string): boolean {
  if (!/^https?:\/\/[^/?#@]+(?:[/?#]|$)/i.test(text) || MISREAD.test(text)) return false;
  try {
    const { protocol, hostname, username, password } = new URL(text);
    if (username !== '' || password !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
  } catch {
    return false;
  }
}

/** A URL that a browser may be sent to, at most so many characters. */
export const browserUrlSchema = (most: number) =>
  z
    .url({ protocol: /^https?$/, error: RULE })
    .max(most)
    .refine(isForBrowsers, RULE);
