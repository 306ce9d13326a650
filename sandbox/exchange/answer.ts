import type { Refusal } from '../books/refusal.js';
import type { Break } from '../temperaments/kinds.js';

/** What goes back, before anything spoils it. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** The body as it is written, where that is not plain JSON of it. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an answer goes its way, where not at once and whole. */
export interface Way {
  /** The connection ends so in its place. */
  readonly breaks?: Break;
  /** One byte of it each so many milliseconds. */
  readonly dripMs?: number;
  /** The connection is closed unannounced so long after it. */
  readonly closesAfterMs?: number;
  /** Once the connection is gone. */
  readonly afterwards?: () => void;
}

export const answerOf = (refusal: Refusal, serviceCode: string): Answer => ({
  status: refusal.status,
  body: refusal.body(serviceCode),
  headers: refusal.more.headers ?? {},
});

export const textOf = ({ text, body }: Answer): string => text ?? JSON.stringify(body);
