/**
 * Text without what nobody may read, or not everybody. Each pattern takes each character once, however long the text.
 *
 * @module
 */

/** Stands for what is not shown. */
export const HIDDEN = '…';

/** Pages of DOKU's are good for whoever has their address. */
const URLS = /https?:\/\/[^\s"'<>]+/gi;
const BEARER = /\bBearer\s[^\s"'<>]+/gi;
/** A JSON object in Base64: how a JWT begins, each of its parts. */
const JWT = /eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g;
/** Longer than anything that people write: a token of DOKU's, a code, a key. */
const OPAQUE = /(?<![\w+=.~-])[\w+=.~-]{32,}/g;
const WORDS = /[^\s"'<>(){}[\],;|]+/g;
/** What random IDs look like, which may look like a number in places; and Indonesian mobile numbers, however they are grouped. */
const UUID_OR_PHONE =
  /([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})|(?<!\d)(?:(?:\+|00)?62[^\S\n]?\(?0?|0)[\s()./_\p{Pd}\p{Cf}]{0,2}8[1-9](?:(?:(?!\n)[\s()./_\p{Pd}\p{Cf}]){0,3}\d){6,11}(?!\d)/giu;
/** The same as a number of JSON, which has lost its first zero. */
const NUMERIC_PHONE = /^(?:62)?8[1-9]\d{7,11}$/;
/** ASCII in full width, as keyboards of Asia write it. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** As journeys tell one in their details and in what is to be checked. */
const ACCOUNT = /(\b(?:to|of) DOKU account )[^\s"'<>]+/g;

/** A text without tokens, codes and addresses of pages; without the role also without phone numbers, e-mail addresses and DOKU accounts. */
export function readableText(text: string, mayReadPersonalData: boolean): string {
  const open = text
    .replace(URLS, hostOnly)
    .replace(BEARER, `Bearer ${HIDDEN}`)
    .replace(JWT, HIDDEN)
    .replace(OPAQUE, (word) => (isMixed(word) ? HIDDEN : word));
  return mayReadPersonalData ? open : withoutPersons(open);
}

/** References are long too, so that only what surely is a token is taken out of them. */
export function readableReference(text: string, mayReadPersonalData: boolean): string {
  const open = text.replace(JWT, HIDDEN);
  return mayReadPersonalData ? open : withoutPersons(open);
}

/** A word that nothing says the meaning of: shown where it can be no secret. */
export function readableWord(text: string, mayReadPersonalData: boolean): string {
  if (/\s/.test(text)) return readableText(text, mayReadPersonalData);
  return text === '' || PLAIN_WORD.test(text) || INSTANT.test(text) ? text : HIDDEN;
}

/** Names of states and kinds. */
const PLAIN_WORD = /^[a-z]{1,20}(?:-[a-z]{1,20}){0,6}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]{0,16}(?:Z|[+-]\d\d:\d\d)$/;

function withoutPersons(text: string): string {
  const plain = text.replace(FULL_WIDTH, (letter) =>
    String.fromCharCode(letter.charCodeAt(0) - 0xfee0),
  );
  const known = plain.includes('@')
    ? plain.replace(WORDS, (word) => (word.includes('@') ? HIDDEN : word))
    : plain;
  return known
    .replace(ACCOUNT, `$1${HIDDEN}`)
    .replace(UUID_OR_PHONE, (_found, uuid) => uuid ?? HIDDEN);
}

/** A number; in its place what stands for it where it may be somebody's phone number. */
export const readableNumber = (value: number, mayReadPersonalData: boolean): number | string =>
  !mayReadPersonalData && NUMERIC_PHONE.test(String(value)) ? HIDDEN : value;

const isMixed = (word: string) => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);

function hostOnly(url: string): string {
  if (!URL.canParse(url)) return HIDDEN;
  const { protocol, host, pathname, search, hash } = new URL(url);
  const isMore = pathname !== '/' || search !== '' || hash !== '';
  return `${protocol}//${host}${isMore ? `/${HIDDEN}` : ''}`;
}
