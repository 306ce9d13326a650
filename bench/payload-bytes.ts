/** The bytes of all payloads in a history, data and metadata, as they are stored: after encryption. */
export function payloadBytes(part: unknown): number {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return 0;
  if (Array.isArray(part)) return sum(part.map(payloadBytes));
  return isPayload(part) ? bytesOf(part) : sum(Object.values(part).map(payloadBytes));
}

interface Payload {
  readonly metadata: Readonly<Record<string, Uint8Array>>;
  readonly data: Uint8Array;
}

const isPayload = (part: object): part is Payload =>
  'data' in part && part.data instanceof Uint8Array && 'metadata' in part;

const bytesOf = ({ metadata, data }: Payload) =>
  data.length +
  sum(Object.entries(metadata).map(([name, value]) => Buffer.byteLength(name) + value.length));

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
