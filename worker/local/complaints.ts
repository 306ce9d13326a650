/**
 * What the SDK complains of within what somebody reads: in a line for people, and not each time that it tries again.
 *
 * @module
 */
import type { DestinationStream } from 'pino';

const APART_MS = 60_000;
const MISFITS = new Set(['WrongPayloadKeyError', 'UnknownPayloadKeyError']);
const OTHER_KEY =
  "whoever began this journey has other PAYLOAD_KEYS than this worker: load .local/dev.env there again, and end it in Temporal's UI (Terminate)";

interface Line {
  readonly message?: string;
  readonly error?: { readonly name?: string; readonly message?: string };
}

/** Where a logger writes its lines of JSON. */
export function complaintsTo(
  tell: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): DestinationStream {
  const toldAt = new Map<string, number>();
  return {
    write(json: string): void {
      const line = toldOf(JSON.parse(json) as Line);
      const before = toldAt.get(line);
      if (before !== undefined && nowMs() - before < APART_MS) return;
      toldAt.set(line, nowMs());
      tell(line);
    },
  };
}

function toldOf({ message = '', error }: Line): string {
  const said = [message, error?.message].filter(Boolean).join(': ');
  return MISFITS.has(error?.name ?? '') ? `${said}: ${OTHER_KEY}` : said;
}
