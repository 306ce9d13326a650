/**
 * As much of ASN.1's DER as a certificate needs.
 *
 * @module
 */

const element = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
};

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.of(length);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

export const sequence = (...parts: Buffer[]) => element(0x30, ...parts);
export const set = (...parts: Buffer[]) => element(0x31, ...parts);
export const boolean = (value: boolean) => element(0x01, Buffer.of(value ? 0xff : 0));
export const octets = (content: Buffer) => element(0x04, content);
export const text = (value: string) => element(0x0c, Buffer.from(value, 'utf8'));
/** @param unused - how many of the last bits do not count. */
export const bits = (content: Buffer, unused = 0) => element(0x03, Buffer.of(unused), content);
/** Of the context, constructed. */
export const tagged = (tag: number, ...parts: Buffer[]) => element(0xa0 | tag, ...parts);
/** Of the context, primitive. */
export const implicit = (tag: number, content: Buffer) => element(0x80 | tag, content);

/** @param content - whose first bit is not set: it would be negative. */
export const integer = (content: Buffer) => element(0x02, content);

/** `260131100000Z`, which certificates have until 2049. */
export const time = (at: number) =>
  element(0x17, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

/** @param dotted - `2.5.29.19` */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
