/**
 * Credentials as variables hold them: what cannot work is refused with what it is and what to do.
 *
 * @module
 */
import * as z from 'zod';
import {
  mistakeInAuthCodeSecret,
  mistakeInClientId,
  mistakeInSecret,
} from '../../activities/snap/credential-text.js';
import { mistakeInPrivateKey, mistakeInPublicKey } from '../../activities/snap/rsa-key.js';

/** Text that is refused with the sentence that says what is wrong with it. */
function textWithout(mistakeIn: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = mistakeIn(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

export const clientIdSchema = textWithout(mistakeInClientId);
export const secretSchema = textWithout(mistakeInSecret);
export const authCodeSecretSchema = textWithout(mistakeInAuthCodeSecret);
export const privateKeySchema = textWithout(mistakeInPrivateKey);
export const publicKeySchema = textWithout(mistakeInPublicKey);
