import { patched, sleep } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import type { Move } from '../../activities/calling/move.js';
import { underWay } from './run-of-move.js';
import type { Story } from './story.js';
import { toldOf } from './told.js';
import type { Fact, Known } from './truth.js';

/** How long a move is tried by itself before an operator is asked to help. */
const PATIENCE_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** So often DOKU may say that it knows the number, and then that it has no such movement: the number is somebody else's. */
const MOST_CONTRADICTIONS = 2;

/** A movement of money under one reference. */
export interface Movement<F extends Fact> {
  /** "Top Up". */
  readonly name: string;
  /** Sends it, under the same reference each time. */
  readonly send: () => Promise<Move<unknown>>;
  /**
   * DOKU's word on what became of it; waits while DOKU works on it, and while an absence proves nothing.
   *
   * @param sent - what may have reached DOKU; nothing where nothing was sent.
   */
  readonly ask: (sent: Sent | undefined) => Promise<Known<F>>;
  /** Whether that word says that it did not happen, so that sending it again is safe (money rule 2). */
  readonly isUndone: (fact: Known<F>) => boolean;
  /** What may have reached DOKU before: by an earlier send or run, or by whoever handed it over. */
  readonly sent?: Sent | undefined;
  /** What was sent before is proven not to have happened, so that it may be sent again at once. */
  readonly isAbsent?: boolean;
  /** Told of what may have reached DOKU, to be remembered for the next time. */
  readonly onSent?: (sent: Sent) => void;
  /** Whether nothing more is to be sent. */
  readonly isStopped?: () => boolean;
  /** Told when it becomes uncertain whether it happened, and when that is known again. */
  readonly onDoubt?: (isInDoubt: boolean) => void;
}

/** What became of a movement. */
export type Proven<F extends Fact> =
  | { readonly kind: 'known'; readonly fact: Known<F> }
  | Extract<Move<unknown>, { kind: 'refused' }>
  /** It was stopped, and nothing of it has happened. */
  | { readonly kind: 'stopped' }
  /** A day went by, or DOKU contradicts itself: an operator has to look. */
  | { readonly kind: 'unproven' };

/**
 * Moves money once: sends, asks DOKU what became of it unless the answer was a clear refusal, and sends again only
 * when DOKU proves that nothing happened.
 *
 * Once anything may have reached DOKU that is remembered: from then on a refusal is a doubt too, and what is to be
 * stopped is asked about first.
 */
export async function sendUntilProven<F extends Fact>(
  movement: Movement<F>,
  story: Story,
): Promise<Proven<F>> {
  const { name, send, ask, isUndone, isStopped, onDoubt, onSent } = movement;
  const giveUpAt = Date.now() + PATIENCE_MS;
  let { sent } = movement;
  /** Whether what was sent is not yet proven not to have happened. */
  let isOpen = sent !== undefined && !movement.isAbsent;
  let contradictions = 0;
  for (
    let pause = FIRST_PAUSE_MS;
    Date.now() < giveUpAt;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    let refusal: Extract<Move<unknown>, { kind: 'refused' }> | undefined;
    let isKnownToDoku = false;
    if (!isOpen) {
      if (isStopped?.()) return { kind: 'stopped' };
      const answer = await send();
      story.tell(`${name}: ${toldOf(answer)}`);
      if (answer.kind === 'refused') {
        // Journeys that began before this patch took it for the end, whatever they had sent before.
        if (sent === undefined || !patched('doubt-outlives-refusal')) return answer;
        refusal = answer;
      }
      if (answer.kind === 'not-sent') {
        await sleep(pause, { summary: `before ${name} is sent` });
        continue;
      }
      isKnownToDoku = answer.kind === 'doubtful' && answer.doubt === 'known-to-doku';
      const lastSentAt = new Date().toISOString();
      // What DOKU accepted is not sent again: that its query does not show it yet is a lag.
      sent = {
        lastSentAt,
        ...(answer.kind === 'accepted' && { isAccepted: true as const }),
        ...underWay(answer),
      };
      onSent?.(sent);
      isOpen = true;
    }
    if (sent?.isAccepted === undefined) onDoubt?.(true);
    const fact = await ask(sent);
    onDoubt?.(false);
    if (fact.isOperatorsWord || !isUndone(fact)) return { kind: 'known', fact };
    if (refusal) return refusal;
    if (isKnownToDoku) contradictions += 1;
    if (contradictions >= MOST_CONTRADICTIONS && patched('contradictions-are-asked-about'))
      return { kind: 'unproven' };
    isOpen = sent?.isAccepted === true;
    await sleep(pause, { summary: `before ${name} is tried again` });
  }
  return { kind: 'unproven' };
}
