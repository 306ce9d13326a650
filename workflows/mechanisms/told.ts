import type { Move } from '../../activities/calling/move.js';

/** One line for people on what a request came to. */
export function toldOf(move: Move<unknown>): string {
  switch (move.kind) {
    case 'accepted':
      return `accepted${traceOf(move)}`;
    case 'refused':
      return `refused, ${move.refusal}${traceOf(move)}${move.why ? `: ${move.why}` : ''}`;
    case 'not-sent':
      return `not sent, ${move.isOurs ? move.why : 'DOKU is out of reach'}`;
    case 'doubtful':
      return `no clear answer, ${move.doubt}${traceOf(move)}; asking DOKU`;
    default:
      return move satisfies never;
  }
}

/** What a ticket at DOKU asks for: its code and words, how far the request came, and the request's own number. */
function traceOf({ externalId, responseMessage, phase, ...move }: Move<unknown>): string {
  const facts = [
    'responseCode' in move && move.responseCode,
    responseMessage && `"${responseMessage}"`,
    phase,
    externalId && `X-EXTERNAL-ID ${externalId}`,
  ].filter(Boolean);
  return facts.length > 0 ? ` (${facts.join(', ')})` : '';
}
