/**
 * Texts and keys that a sandbox is told: what cannot work is refused with what it is. Mistakes are sentences without
 * the value.
 *
 * @module
 */
import crypto from 'node:crypto';
import * as z from 'zod';

const LEAST_BITS = 2_048;

/** Text without what copying, an editor or a shell may leave around it. */
export const word = () => z.string().superRefine(check(mistakeAround));

/** The merchant's public key; the private key that it belongs to tells it too. */
export const publicKey = () =>
  z
    .string()
    .superRefine(
      check(
        (pem) => mistakeInLayout(pem) ?? mistakeInKey(() => crypto.createPublicKey(pem), 'public'),
      ),
    );

export const privateKey = () =>
  z
    .string()
    .superRefine(
      check(
        (pem) =>
          mistakeInLayout(pem) ??
          mistakeIn(pem) ??
          mistakeInKey(() => crypto.createPrivateKey(pem), 'private'),
      ),
    );

/** 0 picks a free one. */
export const port = () =>
  z
    .unknown()
    .refine((given) => typeof given === 'number' || /^\d{1,5}$/.test(String(given)), {
      error: 'must be a whole number from 0 to 65535',
      abort: true,
    })
    .transform(Number)
    .pipe(z.int().min(0).max(65_535));

/** Where the sandbox sends, or is reached: a login would be shown in every page. */
export const httpUrl = () =>
  z.string().refine((text) => {
    if (!/^https?:\/\/[^\s\\@]+$/i.test(text) || !URL.canParse(text)) return false;
    return new URL(text).port !== '0';
  }, 'must be an http(s) URL without login or blanks');

type Mistake = (text: string) => string | undefined;
type Context = { addIssue(issue: { code: 'custom'; message: string }): void };

const check = (mistake: Mistake) => (text: string, context: Context) => {
  const message = mistake(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
};

function mistakeAround(text: string): string | undefined {
  if (text.startsWith('\u{feff}'))
    return 'begins with a byte order mark: save it as UTF-8 without one';
  if (/^[\s\p{Cc}\p{Cf}]|[\s\p{Cc}\p{Cf}]$/u.test(text))
    return 'has blanks or line breaks around it: give it without them';
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(text)) return 'has quotes around it: give it without them';
  return undefined;
}

/** A key's text ends with a line break of its own. */
const mistakeInLayout = (pem: string) => mistakeAround(pem.replace(/(?:\r?\n){1,4}$/, ''));

function mistakeIn(pem: string): string | undefined {
  if (/ENCRYPTED PRIVATE KEY-|Proc-Type: 4,ENCRYPTED/.test(pem))
    return 'is encrypted: decrypt it with "openssl pkey -in FILE -out FILE"';
  if (pem.includes('PRIVATE KEY-')) return undefined;
  if (pem.includes('PUBLIC KEY-'))
    return 'is a public key: give the private key that it belongs to';
  if (pem.includes('CERTIFICATE-'))
    return 'is a certificate: give the private key that it was made for';
  return undefined;
}

function mistakeInKey(
  keyOf: () => crypto.KeyObject,
  half: 'public' | 'private',
): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = keyOf();
    if (asymmetricKeyType !== 'rsa')
      return `is a key of type ${asymmetricKeyType?.toUpperCase()}: give one of RSA`;
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    return bits < LEAST_BITS ? `is RSA of ${bits} bits: give one of ${LEAST_BITS}` : undefined;
  } catch {
    return `must be an RSA ${half} key in PEM`;
  }
}
