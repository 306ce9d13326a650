/**
 * When, and by whom, a payload was encrypted. A copy of one is as genuine as the first, to whoever only decrypts it: by its seal
 * a journey tells what was sent to it just now from what was sent before, or meant for something else (money rule 13).
 *
 * @module
 */
import type { Payload } from '@temporalio/common';
import { SEALED_AT as AT, BY_WORKER, writtenAs } from '../../contract/written-as.js';

/** In the metadata of what was decrypted. */
const ID = 'seal';

/** A payload's seal. */
export interface Seal {
  /** Of this one encryption: a copy has the same. */
  readonly id: string;
  /** When it was encrypted, in milliseconds of Unix time; nothing where its writer did not say. */
  readonly at?: number;
  /** A workflow wrote it: an answer, or what it handed to another one. No backend and no operator did. */
  readonly isWorkflows: boolean;
  /** It was written as something else than a message. */
  readonly isNoMessage?: true;
}

/** What is to be encrypted, with the time and who does it. */
export const stamped = (payload: Payload, at: number, isWorkflows: boolean): Payload => ({
  ...payload,
  metadata: {
    ...payload.metadata,
    [AT]: bytesOf(`${at}${isWorkflows ? BY_WORKER : ''}`),
  },
});

/** What was decrypted, with what no other encryption has. */
export const identified = (payload: Payload, id: Uint8Array): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [ID]: id },
});

/** @returns whether its writer said when it was encrypted. */
export const hasDate = (payload: Payload): boolean => AT in (payload.metadata ?? {});

/** @returns nothing where nobody encrypted it, or a migration takes it as it is. */
export function sealOf(payload: Payload): Seal | undefined {
  const { metadata } = payload;
  const id = metadata?.[ID];
  if (!id) return undefined;
  const stamp = metadata[AT] && textOf(metadata[AT]);
  return {
    id: textOf(id),
    ...(stamp && { at: Number.parseInt(stamp, 10) }),
    isWorkflows: stamp?.endsWith(BY_WORKER) ?? false,
    ...(writtenAs(payload) !== undefined && { isNoMessage: true }),
  };
}

// A workflow has no Buffer.
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);
