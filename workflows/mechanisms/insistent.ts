import { condition, patched } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import { Ended } from './ended.js';
import type { Story } from './story.js';
import { toldOf } from './told.js';

/**
 * Pauses between tries, each under a new reference. Over an hour in all, so that an outage of DOKU's ends no journey; few,
 * as DOKU may have sent an OTP for a try whose answer was lost.
 */
const PAUSES_MS = [1, 2, 4, 8, 15, 60, 300, 900, 1_800, 1_800].map((seconds) => seconds * 1_000);

/**
 * Makes requests that move no money until DOKU answers clearly. A lost answer cannot be asked about, and a
 * repeat under the same reference would be a duplicate, so each try is a new activity under a new reference.
 */
export class Insistent {
  readonly #reference: string;
  readonly #story: Story;
  readonly #isGivenUp: () => boolean;
  #requests = 0;

  /** @param reference - the journey's own; each request adds its number. */
  constructor(reference: string, story: Story, isGivenUp: () => boolean) {
    this.#reference = reference;
    this.#story = story;
    this.#isGivenUp = isGivenUp;
  }

  /** A number that no request of the journey has had. */
  nextReference(): string {
    this.#requests += 1;
    return `${this.#reference}-${this.#requests}`;
  }

  /** @throws Ended when DOKU refuses, or never answers clearly. */
  async request<T>(
    name: string,
    request: (partnerReferenceNo: string) => Promise<Move<T>>,
  ): Promise<{ partnerReferenceNo: string; response: T }> {
    for (let pauses = 0; ; pauses++) {
      const partnerReferenceNo = this.nextReference();
      const answer = await request(partnerReferenceNo);
      this.#story.tell(`${name}: ${toldOf(answer)}`);
      if (answer.kind === 'accepted') return { partnerReferenceNo, response: answer.response };
      if (answer.kind === 'refused')
        throw new Ended('rejected', `${name} refused: ${answer.refusal}`);
      const pause = PAUSES_MS[pauses];
      if (pause === undefined) throw new Ended('rejected', `${name} got no clear answer`);
      await condition(this.#isGivenUp, pause);
      if (this.#isGivenUp()) throw Ended.givenUp();
      const isLast = pauses === PAUSES_MS.length - 1;
      // Journeys that began before this patch end here: it was the pause that outlasted an outage of an hour.
      if (isLast && !patched('try-after-last-pause'))
        throw new Ended('rejected', `${name} got no clear answer`);
    }
  }
}
