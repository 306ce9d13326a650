/**
 * What a request that passed the gate meets: DOKU's mood of the moment, and the operation.
 *
 * @module
 */
import { Refusal } from '../books/refusal.js';
import type { Terms } from '../books/terms.js';
import type { Mood } from '../temperaments/mood.js';
import { assertLetIn, refusalAfter } from '../temperaments/refusals.js';
import { shaped } from '../temperaments/shapes.js';
import { termsOf } from '../temperaments/terms.js';
import { type Answer, answerOf, type Way } from './answer.js';
import type { Encounter } from './encounter.js';

export interface Met {
  /** None where a gateway answers in DOKU's place. */
  readonly answer: Answer | undefined;
  readonly way: Way;
  /** The merchant hears of it before this answer. */
  readonly isToldFirst?: boolean;
}

export function meet(encounter: Encounter): Met {
  const { doku, mood, work, unspoiled } = encounter;
  if (mood.use('isInMaintenance')) return { answer: undefined, way: {} };
  const early = mood.use('breaks', ({ when }) => when === 'before');
  if (early) return { answer: unspoiled, way: { breaks: early.how } };
  const before = whatKeepsOut(encounter);
  if (before) return { answer: shaped(encounter, before), way: wayIn(mood) };
  const late = encounter.isRepeat ? undefined : mood.use('worksOn');
  if (late) {
    const afterwards = doku.works.take(work, late, () => {
      carriedOut(encounter, late.repeat === 'carriedOutTwice');
    });
    return { answer: unspoiled, way: { breaks: late.ends, afterwards } };
  }
  const answer = refusalAfter(encounter, carriedOut(encounter));
  if (encounter.admitted.account && mood.use('blocksAccount'))
    encounter.admitted.account.status = 'blocked';
  const isToldFirst = mood.use('notifiesFirst') !== undefined;
  return { answer: shaped(encounter, answer), way: wayIn(mood), isToldFirst };
}

function wayIn(mood: Mood): Way {
  const breaks = mood.use('breaks')?.how;
  const dripMs = mood.use('drips')?.everyMs;
  const closesAfterMs = mood.use('closesIdle')?.afterMs;
  return {
    ...(breaks && { breaks }),
    ...(dripMs !== undefined && { dripMs }),
    ...(closesAfterMs !== undefined && { closesAfterMs }),
  };
}

/** @returns the answer of one that is not carried out. */
function whatKeepsOut(encounter: Encounter): Answer | undefined {
  const { doku, mood, work } = encounter;
  return (
    refusalIn(encounter, () => {
      assertLetIn(encounter);
      doku.works.meet(work);
    }) ?? firstAnswer(doku.works.firstAnswer(work), mood)
  );
}

function firstAnswer(body: Answer['body'] | undefined, mood: Mood): Answer | undefined {
  return body && mood.use('conflictsWithFirstAnswer') ? { status: 409, body } : undefined;
}

/** @param isAgain - although its number is known by now. */
function carriedOut(encounter: Encounter, isAgain = false): Answer {
  const { doku, work } = encounter;
  let answer: Answer | undefined;
  const refusal = refusalIn(encounter, () => {
    answer = run(encounter, isAgain);
  });
  if (!refusal || refusal.status === 202) doku.works.done(work, answer?.body);
  return (answer ?? refusal) as Answer;
}

function refusalIn({ operation }: Encounter, act: () => void): Answer | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return answerOf(error, operation.serviceCode);
  }
}

function run({ doku, operation, admitted, mood }: Encounter, isAgain: boolean): Answer {
  const usual = termsOf(mood, doku.clock);
  const terms: Terms = isAgain
    ? { ...usual, onRepeat: () => ({ ...usual.onRepeat(), isCarriedOut: true }) }
    : usual;
  const fields = operation.run({ doku, ...admitted, mood, terms } as never);
  const body = {
    responseCode: `200${operation.serviceCode}00`,
    responseMessage: 'Successful',
    ...fields,
  };
  doku.rememberAnswer(admitted.externalId, body);
  return { status: 200, body };
}
