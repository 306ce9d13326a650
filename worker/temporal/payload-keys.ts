/**
 * The keys that payloads are encrypted with, and what a payload can have against them.
 *
 * @module
 */
export const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

export interface PayloadKeys {
  /** Encrypts. Older keys only decrypt, until the last history written with them is gone. */
  readonly activeKeyId: string;
  /** 32 bytes each, by key ID. */
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** Key IDs come with payloads, from whoever wrote them: only such a one is ever quoted. */
export const isKeyId = (text: string) => KEY_ID.test(text);

/** What a key is where nobody ever made one. */
export const isAllZero = (key: Uint8Array): boolean => key.every((byte) => byte === 0);

/** A payload was encrypted with a key that this process does not have. */
export class UnknownPayloadKeyError extends Error {
  override readonly name = 'UnknownPayloadKeyError';
  /** @param known - the IDs of those that it has. */
  constructor(
    readonly keyId: string,
    known: readonly string[],
  ) {
    const others = known.map((id) => `"${id}"`).join(', ');
    super(
      `no payload key "${keyId}" among ${others}: encrypt with one of these, or add it to PAYLOAD_KEYS to read what it encrypted`,
    );
  }
}

/** A payload was encrypted with another key of the same ID, or it is damaged. */
export class WrongPayloadKeyError extends Error {
  override readonly name = 'WrongPayloadKeyError';
  constructor(readonly keyId: string) {
    super(
      `payload key "${keyId}" does not fit what was encrypted under its ID: give both sides the same PAYLOAD_KEYS`,
    );
  }
}
