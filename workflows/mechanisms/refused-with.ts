import type { Move } from '../../activities/calling/move.js';

/** What DOKU refused with in its own words: one case has many a reason. */
export interface RefusedWith {
  readonly responseCode?: string;
  readonly responseMessage?: string;
}

export const refusedWith = ({
  responseCode,
  responseMessage,
}: Extract<Move<unknown>, { kind: 'refused' }>): RefusedWith => ({
  ...(responseCode && { responseCode }),
  ...(responseMessage && { responseMessage }),
});
