import { condition, patched } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import { Ended } from './ended.js';
import { type RequestsOf, requestNumber } from './request-number.js';
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
/** Refusals that say "not now", and until when DOKU is asked again. */
export interface Patience {
  readonly refusal: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Told when it is waited for. */
  readonly onWait: () => void;
}

const FIRST_PATIENT_PAUSE_MS = 2_000;
/** A wait of thirty days makes some hundreds of tries of it. */
const LONGEST_PATIENT_PAUSE_MS = 2 * 3_600_000;

export class Insistent {
  readonly #numberOf: (request: number) => string;
  readonly #story: Story;
  readonly #isGivenUp: () => boolean;
  #requests = 0;

  constructor(journey: RequestsOf, story: Story, isGivenUp: () => boolean) {
    // Journeys that began before this patch go on with the numbers that they began with.
    this.#numberOf = patched('numbers-of-whole-identity')
      ? (request) => requestNumber(journey, request)
      : (request) => `${journey.reference}-${request}`;
    this.#story = story;
    this.#isGivenUp = isGivenUp;
  }

  /** A number that no request of the journey has had. */
  nextReference(): string {
    this.#requests += 1;
    return this.#numberOf(this.#requests);
  }

  /** @returns whether a refusal that passes was waited for, so that it is worth another try. */
  async #isOver(refusal: string, waits: number, patience: Patience | undefined): Promise<boolean> {
    const left = refusal === patience?.refusal ? patience.until - Date.now() : 0;
    if (left <= 0 || !patched('wait-while-not-permitted')) return false;
    patience?.onWait();
    const pause = Math.min(FIRST_PATIENT_PAUSE_MS * 2 ** waits, LONGEST_PATIENT_PAUSE_MS);
    await condition(this.#isGivenUp, Math.min(left, pause));
    if (this.#isGivenUp()) throw Ended.givenUp();
    return true;
  }

  /**
   * @param patience - for refusals that pass by themselves.
   * @throws Ended when DOKU refuses, or never answers clearly.
   */
  async request<T>(
    name: string,
    request: (partnerReferenceNo: string) => Promise<Move<T>>,
    patience?: Patience,
  ): Promise<{ partnerReferenceNo: string; response: T }> {
    let waits = 0;
    for (let pauses = 0; ; pauses++) {
      // Journeys that began before this patch asked once more, as after an operator who had them try again.
      if (this.#isGivenUp() && patched('given-up-asks-no-more')) throw Ended.givenUp();
      const partnerReferenceNo = this.nextReference();
      const answer = await request(partnerReferenceNo);
      this.#story.tell(`${name}: ${toldOf(answer)}`);
      if (answer.kind === 'accepted') return { partnerReferenceNo, response: answer.response };
      if (answer.kind === 'refused') {
        if (!(await this.#isOver(answer.refusal, waits++, patience)))
          throw new Ended('rejected', `${name} refused: ${answer.refusal}`);
        // It was an answer: the pauses are for a DOKU that gives none.
        pauses = -1;
        continue;
      }
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
