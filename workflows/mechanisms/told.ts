import type { Move } from '../../activities/calling/move.js';

/** One line for people on what a request came to. */
export function toldOf(move: Move<unknown>): string {
  switch (move.kind) {
    case 'accepted':
      return 'accepted';
    case 'refused':
      return `refused, ${move.refusal}${codeOf(move)}${move.why ? `: ${move.why}` : ''}`;
    case 'not-sent':
      return 'not sent, DOKU is out of reach';
    case 'doubtful':
      return `no clear answer, ${move.doubt}${codeOf(move)}; asking DOKU`;
    default:
      return move satisfies never;
  }
}

const codeOf = ({ responseCode }: { responseCode?: string }) =>
  responseCode ? ` (${responseCode})` : '';
