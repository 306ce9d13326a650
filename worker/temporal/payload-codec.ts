/**
 * Encrypts every payload with AES-256-GCM before it leaves the process, for the one workflow that it is for (money rule 13).
 *
 * Version 2, under the encoding `binary/sealed`: a byte of version, the salt of the message key (16), the digest of the place
 * (12; see `payload-place.ts`), the initialization vector (12), the ciphertext, the tag (16). What stands before the
 * ciphertext is authenticated with it, after the length and the text of the key's ID.
 *
 * Within what is encrypted, the metadata of a workflow's payload says when that was done, and whether a worker did it (`seal.ts`).
 *
 * Version 1, under `binary/encrypted`, is only read: initialization vector, ciphertext and tag by the payload key itself.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SerializationContext } from '@temporalio/common';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { marked } from '../../workflows/mechanisms/event-mark.js';
import {
  type Refusal,
  refusedPayload,
  unreadPayload,
} from '../../workflows/mechanisms/refused-payload.js';
import { hasDate, identified, stamped } from '../../workflows/mechanisms/seal.js';
import { bound, unbound } from '../../workflows/mechanisms/written-as.js';
import { withAsked } from './asked.js';
import { MessageKeys, SALT_BYTES } from './message-keys.js';
import {
  isAllZero,
  isKeyId,
  KEY_BYTES,
  type PayloadKeys,
  UnknownPayloadKeyError,
  WrongPayloadKeyError,
} from './payload-keys.js';
import { PLACE_BYTES, PlaceDigests, placeOf } from './payload-place.js';
import type { PlainPayloads } from './plain-payloads.js';

const ENCODING = 'binary/sealed';
const ENCODING_UNBOUND = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const VERSION = 2;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SALT_AT = 1;
const PLACE_AT = SALT_AT + SALT_BYTES;
const IV_AT = PLACE_AT + PLACE_BYTES;
const HEAD_BYTES = IV_AT + IV_BYTES;
const CIPHER = 'aes-256-gcm';

/** A payload that is not believed, whoever sent it. Nothing of it is quoted. */
export class RefusedPayloadError extends Error {
  override readonly name = 'RefusedPayloadError';
  constructor(readonly why: Refusal) {
    super(
      why === 'not encrypted'
        ? 'a payload is not encrypted: whoever sent it has no payload key (ACCEPT_PLAIN_PAYLOADS takes such for a migration)'
        : `a payload is ${why}`,
    );
  }
}

export interface CodecOptions {
  /** Payloads that are not encrypted, or do not say when, are refused without it. */
  readonly plain?: PlainPayloads;
  /** The time that is written into payloads, in milliseconds. Default: this machine's. */
  readonly now?: () => number | Promise<number>;
  /**
   * Whether it is that of a worker's workflows. What they write is marked as theirs, and what they decrypt as bound. A payload
   * that is refused is decoded to `refusedPayload`, for the workflow to turn away by itself, rather than thrown, so that one bad
   * message stops no journey; so is one of a workflow whose key is not there, to `unreadPayload`. That of an activity is thrown:
   * the workflow task, or the activity, waits for the key.
   */
  readonly isWorkers?: boolean;
  /** Whether what is written says that this worker has a receiver of events, by which journeys learn of it. */
  readonly hasEventReceiver?: boolean;
}

interface Sealed {
  readonly keyId: string;
  readonly head: Buffer;
  readonly salt: Buffer;
  readonly iv: Buffer;
  readonly place: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/**
 * Encrypts with the active key, decrypts with any known one.
 *
 * Without a context it encrypts for no workflow, which no workflow takes; and decrypts what any workflow may read, for tools
 * that show histories.
 */
export class EncryptingPayloadCodec implements PayloadCodec {
  readonly #keys: ReadonlyMap<string, { payloadKey: Buffer; messageKeys: MessageKeys }>;
  readonly #activeKeyId: string;
  readonly #active: MessageKeys;
  readonly #places = new PlaceDigests();
  readonly #options: CodecOptions;

  /** @throws RangeError when the active key is missing, or a key or an ID is not of the right form. */
  constructor(keys: PayloadKeys, options: CodecOptions = {}) {
    for (const [keyId, key] of keys.keys) {
      if (!isKeyId(keyId)) throw new RangeError('a payload key has an ID that is not of its form');
      if (key.length !== KEY_BYTES)
        throw new RangeError(`payload key "${keyId}" must be 32 bytes long`);
      if (isAllZero(key)) throw new RangeError(`payload key "${keyId}" must not be all zeros`);
    }
    this.#keys = new Map(
      [...keys.keys].map(([keyId, payloadKey]) => [
        keyId,
        { payloadKey, messageKeys: new MessageKeys(payloadKey) },
      ]),
    );
    const active = this.#keys.get(keys.activeKeyId);
    if (!active) throw new RangeError(`the active payload key "${keys.activeKeyId}" is missing`);
    this.#activeKeyId = keys.activeKeyId;
    this.#active = active.messageKeys;
    this.#options = options;
  }

  /** The same keys for a worker, whose workflows turn away by themselves what is refused. */
  static forWorker(codec: PayloadCodec): PayloadCodec {
    return codec instanceof EncryptingPayloadCodec ? codec.#with({ isWorkers: true }) : codec;
  }

  /** The same keys for whoever has a receiver of events. */
  static forTeller(codec: PayloadCodec): PayloadCodec {
    return codec instanceof EncryptingPayloadCodec
      ? codec.#with({ hasEventReceiver: true })
      : codec;
  }

  #with(options: CodecOptions): EncryptingPayloadCodec {
    const keys = new Map([...this.#keys].map(([keyId, { payloadKey }]) => [keyId, payloadKey]));
    return new EncryptingPayloadCodec(
      { activeKeyId: this.#activeKeyId, keys },
      { ...this.#options, ...options },
    );
  }

  /** @param context - what the payloads are for. */
  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const place = this.#places.of(context);
    const { hasEventReceiver, isWorkers = false, now = Date.now } = this.#options;
    const at = await now();
    // Nobody asks when what an activity is handed was written: it may be tried for days.
    const isDated = context?.type !== 'activity';
    return payloads
      .map((payload) => (hasEventReceiver ? marked(payload) : payload))
      .map((payload) => (isDated ? stamped(payload, at, isWorkers) : payload))
      .map((payload) => this.#encrypted(payload, place));
  }

  /**
   * @param context - where the payloads were found.
   * @throws RefusedPayloadError for what is not encrypted, malformed, or for another place.
   * @throws UnknownPayloadKeyError, WrongPayloadKeyError
   */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const opened = payloads.map((payload) => {
      try {
        return this.#decrypted(payload, context);
      } catch (error) {
        const mark = this.#options.isWorkers && context && markOf(error, context);
        if (!mark) throw error;
        return defaultPayloadConverter.toPayload(mark);
      }
    });
    const isCall = this.#options.isWorkers && context?.type === 'activity';
    return isCall ? withAsked(opened) : opened;
  }

  #encrypted(payload: Payload, place: Buffer): Payload {
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const { salt, key } = this.#active.next();
    const iv = randomBytes(IV_BYTES);
    const head = Buffer.concat([Buffer.of(VERSION), salt, place, iv]);
    const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(authenticated(this.#activeKeyId, head));
    const data = Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return {
      metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(this.#activeKeyId) },
      data,
    };
  }

  #decrypted(payload: Payload, context: SerializationContext | undefined): Payload {
    switch (textOf(payload.metadata?.encoding)) {
      case ENCODING: {
        const sealed = sealedIn(payload);
        const opened = this.#withSeal(this.#opened(sealed, context), sealed.iv, context);
        return this.#options.isWorkers && context ? bound(opened) : opened;
      }
      case ENCODING_UNBOUND: {
        const { iv, opened } = this.#openedUnbound(payload);
        return this.#withSeal(opened, iv, context);
      }
      default:
        return this.#plain(payload, context);
    }
  }

  #opened(sealed: Sealed, context: SerializationContext | undefined): Payload {
    const { keyId, head, salt, iv, place, ciphertext, tag } = sealed;
    if (context !== undefined && !place.equals(this.#places.of(context)))
      throw new RefusedPayloadError('encrypted for another workflow');
    const key = this.#keyOf(keyId).messageKeys.of(salt);
    return decrypted({ keyId, key, iv, ciphertext, tag, aad: authenticated(keyId, head) });
  }

  #openedUnbound(payload: Payload): { iv: Buffer; opened: Payload } {
    const { keyId, data } = encryptedIn(payload);
    const iv = data.subarray(0, IV_BYTES);
    const opened = decrypted({
      keyId,
      key: this.#keyOf(keyId).payloadKey,
      iv,
      ciphertext: data.subarray(IV_BYTES, -TAG_BYTES),
      tag: data.subarray(-TAG_BYTES),
      aad: Buffer.from(keyId),
    });
    return { iv, opened };
  }

  /** By the seal a worker's workflow tells a message from a copy of it. */
  #withSeal(opened: Payload, iv: Buffer, context: SerializationContext | undefined): Payload {
    if (!this.#options.isWorkers || context?.type !== 'workflow') return opened;
    return hasDate(opened) || this.#plainTaken() === undefined ? identified(opened, iv) : opened;
  }

  #plain(payload: Payload, context: SerializationContext | undefined): Payload {
    const plain = this.#plainTaken();
    if (!plain) throw new RefusedPayloadError('not encrypted');
    plain.onTaken(placeOf(context));
    return unbound(payload);
  }

  /** @returns nothing once the migration is over, or where there is none. */
  #plainTaken(): PlainPayloads | undefined {
    const { plain } = this.#options;
    return plain && Date.now() < plain.until.getTime() ? plain : undefined;
  }

  #keyOf(keyId: string) {
    const key = this.#keys.get(keyId);
    if (!key) throw new UnknownPayloadKeyError(keyId, [...this.#keys.keys()]);
    return key;
  }
}

/** What a worker's workflow finds in place of a payload. */
function markOf(error: unknown, { type }: SerializationContext) {
  if (error instanceof RefusedPayloadError) return refusedPayload(error.why);
  if (type !== 'workflow') return undefined;
  const isUnread = error instanceof UnknownPayloadKeyError || error instanceof WrongPayloadKeyError;
  return isUnread ? unreadPayload(error) : undefined;
}

/** @throws RefusedPayloadError where it is not of the form. */
function encryptedIn(payload: Payload): { keyId: string; data: Buffer } {
  const keyId = textOf(payload.metadata?.[KEY_ID]);
  const data = Buffer.from(payload.data ?? []);
  if (!isKeyId(keyId) || data.length < IV_BYTES + TAG_BYTES)
    throw new RefusedPayloadError('malformed');
  return { keyId, data };
}

function sealedIn(payload: Payload): Sealed {
  const { keyId, data } = encryptedIn(payload);
  if (data[0] !== VERSION || data.length < HEAD_BYTES + TAG_BYTES)
    throw new RefusedPayloadError('malformed');
  return {
    keyId,
    head: data.subarray(0, HEAD_BYTES),
    salt: data.subarray(SALT_AT, PLACE_AT),
    place: data.subarray(PLACE_AT, IV_AT),
    iv: data.subarray(IV_AT, HEAD_BYTES),
    ciphertext: data.subarray(HEAD_BYTES, -TAG_BYTES),
    tag: data.subarray(-TAG_BYTES),
  };
}

interface Encrypted {
  readonly keyId: string;
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
  readonly aad: Buffer;
}

function decrypted({ keyId, key, iv, ciphertext, tag, aad }: Encrypted): Payload {
  // Left to itself, Node would take a tag of four bytes.
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const plain = decipher.update(ciphertext);
  try {
    // AES-GCM decrypts as it goes; only the end tells whether it may be believed.
    decipher.final();
  } catch {
    throw new WrongPayloadKeyError(keyId);
  }
  return proto.temporal.api.common.v1.Payload.decode(plain);
}

/** The key ID is authenticated too: a payload cannot be passed off as another key's. */
const authenticated = (keyId: string, head: Buffer) =>
  Buffer.concat([Buffer.of(keyId.length), Buffer.from(keyId), head]);

const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('utf8');
