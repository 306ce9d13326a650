/**
 * What of a decrypted payload is shown: tokens, codes, OTPs and the addresses of DOKU's pages to nobody, what is a person's
 * to those who may.
 *
 * @module
 */
import { HIDDEN, readableNumber, readableReference, readableText, readableWord } from './text.js';

/** Fields by their names in lower case without separators: too much hidden is a nuisance, too little a leak. */
const SECRET =
  /token|otp|auth(?:orization)?code|secret|passw|passcode|passphrase|credential|signature|privatekey|apikey|cookie|rawquery|^code$|^pin$|pincode|sessionid|^authorization$/;
/** What only sounds so. */
const HARMLESS = new Set(['otpwithin', 'accesstokenexpirytime', 'tokentype']);
const PERSONAL =
  /phone|mobile|msisdn|mail|accountn(?:o|um)|accountid|customern(?:o$|um)|address|birth|(?:^|account|first|last|full|customer|holder|owner|beneficiary)names?$|nik$|idcard|passport|^replaced$|digests?$/;
/** What references, IDs and digests are called; of a digest what is hidden beside it can be guessed, number by number. */
const REFERENCE = /(?:no|number|ids?|reference|references|digests?|key|journeys?)$/;
/** Deeper than anything of ours. */
const DEEPEST = 32;
/** Fields and items of one request: what comes after them is not looked at, and not shown. */
const MOST_VALUES = 100_000;

/** Of one request. */
export class Redaction {
  readonly #mayReadPersonalData: boolean;
  #left = MOST_VALUES;

  constructor(mayReadPersonalData: boolean) {
    this.#mayReadPersonalData = mayReadPersonalData;
  }

  /** @param name - of the field that holds the value; none at the top and for the items of a list there. */
  of(value: unknown, name?: string, depth = 0): unknown {
    this.#left -= 1;
    if (value === null || typeof value === 'boolean') return value;
    if (this.#left < 0 || depth > DEEPEST) return HIDDEN;
    const plainName = name?.toLowerCase().replace(/[^a-z\d]/g, '');
    if (plainName !== undefined && isHidden(plainName, this.#mayReadPersonalData)) return HIDDEN;
    if (typeof value === 'string') return readable(value, this.#mayReadPersonalData, plainName);
    if (typeof value === 'number') return readableNumber(value, this.#mayReadPersonalData);
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item) => this.of(item, name, depth + 1));
    const isDefinition = name !== undefined && /definitions?$/i.test(name);
    return Object.fromEntries(
      Object.entries(value).map(([field, held]) => [
        field,
        // Temporal's own list of a workflow's messages: their names are nobody's.
        isDefinition && field === 'name' ? held : this.of(held, field, depth + 1),
      ]),
    );
  }
}

const isHidden = (name: string, mayReadPersonalData: boolean) =>
  (SECRET.test(name) && !HARMLESS.has(name)) || (!mayReadPersonalData && PERSONAL.test(name));

function readable(text: string, mayReadPersonalData: boolean, name: string | undefined): string {
  if (name === undefined) return readableWord(text, mayReadPersonalData);
  return REFERENCE.test(name)
    ? readableReference(text, mayReadPersonalData)
    : readableText(text, mayReadPersonalData);
}
