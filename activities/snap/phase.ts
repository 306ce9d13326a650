/**
 * How far a request came. Until a fresh connection is up nothing of it was written; from `sending` on DOKU may have it,
 * whatever the connection did then.
 */
export type Phase =
  /** The request itself could not be made, as with a header that holds a line break. */
  | 'preparing'
  /** It waited for a free connection. */
  | 'queue'
  /** A proxy was to make the connection to DOKU. */
  | 'proxy'
  | 'name look-up'
  | 'connect'
  | 'TLS handshake'
  | 'sending'
  /** All of it was handed to the system. */
  | 'waiting'
  /** The answer had begun. */
  | 'reading';

const UNWRITTEN: ReadonlySet<Phase> = new Set<Phase>([
  'preparing',
  'queue',
  'proxy',
  'name look-up',
  'connect',
  'TLS handshake',
]);

/** Whether certainly nothing of the request was written to DOKU. */
export const isUnwritten = (phase: Phase) => UNWRITTEN.has(phase);
