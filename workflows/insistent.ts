import { sleep } from '@temporalio/workflow';
import type { Move } from '../activities/move.js';
import { Ended } from './ended.js';
import type { Story } from './story.js';
import { toldOf } from './told.js';

/** How often a request that got no clear answer is made anew, under a new reference. */
const TRIES = 5;

/**
 * Makes requests that move no money until DOKU answers clearly. A lost answer cannot be asked about, and a
 * repeat under the same reference would be a duplicate, so each try is a new activity under a new reference.
 */
export class Insistent {
  readonly #reference: string;
  readonly #story: Story;
  #requests = 0;

  /** @param reference - the journey's own; each request adds its number. */
  constructor(reference: string, story: Story) {
    this.#reference = reference;
    this.#story = story;
  }

  /** @throws Ended when DOKU refuses, or never answers clearly. */
  async request<T>(
    name: string,
    request: (partnerReferenceNo: string) => Promise<Move<T>>,
  ): Promise<{ partnerReferenceNo: string; response: T }> {
    for (let tries = 1; tries <= TRIES; tries++) {
      this.#requests += 1;
      const partnerReferenceNo = `${this.#reference}-${this.#requests}`;
      const answer = await request(partnerReferenceNo);
      this.#story.tell(`${name}: ${toldOf(answer)}`);
      if (answer.kind === 'accepted') return { partnerReferenceNo, response: answer.response };
      if (answer.kind === 'refused')
        throw new Ended('rejected', `${name} refused: ${answer.refusal}`);
      await sleep(1_000 * 2 ** (tries - 1));
    }
    throw new Ended('rejected', `${name} got no clear answer`);
  }
}
