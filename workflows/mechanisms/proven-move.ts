import { sleep } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { Story } from './story.js';
import { toldOf } from './told.js';
import type { Fact, Known } from './truth.js';

/** How long a move is tried by itself before an operator is asked to help. */
const PATIENCE_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

export interface ProvenMove<F extends Fact> {
  /** "Top Up". */
  readonly name: string;
  /** Sends it, under the same reference each time. */
  readonly send: () => Promise<Move<unknown>>;
  /** DOKU's word on what became of it; waits while DOKU works on it. */
  readonly ask: () => Promise<Known<F>>;
  /** Whether that word proves that it did not happen, so that sending it again is safe (money rule 2). */
  readonly isUndone: (fact: Known<F>) => boolean;
}

/** What became of a move. */
export type Proven<F extends Fact> =
  | { readonly kind: 'known'; readonly fact: Known<F> }
  | Extract<Move<unknown>, { kind: 'refused' }>
  /** A day went by: an operator has to look. */
  | { readonly kind: 'unproven' };

/**
 * Moves money once: sends, asks DOKU what became of it unless the answer was a clear refusal, and sends again only
 * when DOKU proves that nothing happened.
 */
export async function provenMove<F extends Fact>(
  move: ProvenMove<F>,
  story: Story,
): Promise<Proven<F>> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  let isAccepted = false;
  for (
    let pause = FIRST_PAUSE_MS;
    Date.now() < giveUpAt;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    // What DOKU accepted is not sent again: that its query does not show it yet is a lag.
    if (!isAccepted) {
      const answer = await move.send();
      story.tell(`${move.name}: ${toldOf(answer)}`);
      if (answer.kind === 'refused') return answer;
      isAccepted = answer.kind === 'accepted';
      if (answer.kind === 'not-sent') {
        await sleep(pause, { summary: `before ${move.name} is sent` });
        continue;
      }
    }
    const fact = await move.ask();
    if (fact.isOperatorsWord || !move.isUndone(fact)) return { kind: 'known', fact };
    await sleep(pause, { summary: `before ${move.name} is tried again` });
  }
  return { kind: 'unproven' };
}
