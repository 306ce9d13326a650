import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { inputMismatchError } from '../../contract/errors.js';
import { digestedText, firstAnswerSchema } from '../../contract/first-answer.js';
import { parsed } from './bad-input.js';
import { sha256 } from './sha-256.js';

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * For the validator of an update that starts a journey: whoever asks must mean the journey that was started. Held against
 * its own input, whatever started it, and whatever that left beside the input.
 *
 * @param input - with its defaults.
 * @returns what throws an ApplicationFailure of type `InputMismatch` where the same ID was started with different input.
 */
export function sameInputAs(input: unknown): (argument: unknown, name: string) => void {
  let own: string | undefined;
  return (argument, name) => {
    const { inputDigest } = parsed(firstAnswerSchema, argument ?? {}, name);
    if (inputDigest === undefined) return;
    own ??= base64Url(sha256(asciiOf(digestedText(input))));
    if (inputDigest !== own)
      throw ApplicationFailure.nonRetryable(
        `${workflowInfo().workflowId} was started with different input, or the digest is not that of its input with its defaults`,
        inputMismatchError.type,
      );
  };
}

/** The bytes of its UTF-8, a character each. */
const asciiOf = (text: string) =>
  encodeURIComponent(text).replaceAll(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** Workflows have no `Buffer`. */
function base64Url(hex: string): string {
  const bits = [...hex].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'));
  const sextets = bits.join('').match(/.{1,6}/g) ?? [];
  return sextets.map((sextet) => BASE64_URL[Number.parseInt(sextet.padEnd(6, '0'), 2)]).join('');
}
