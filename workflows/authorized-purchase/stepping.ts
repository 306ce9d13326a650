import { patched, proxyActivities } from '@temporalio/workflow';
import type { AuthorizationActivities, AuthorizationKey } from '../../activities/authorization.js';
import type { Sent } from '../../activities/calling/absence.js';
import type { Doubt, Move } from '../../activities/calling/move.js';
import type { HistoryFact } from '../../activities/history.js';
import type { OwnStep } from '../../contract/authorized-purchase.js';
import { type Money, senOf, written } from '../../contract/money.js';
import { MOVE } from '../mechanisms/call-options.js';
import { HistoryTruth } from '../mechanisms/history-truth.js';
import { otherAmount } from '../mechanisms/other-amount.js';
import { type RefusedWith, refusedWith } from '../mechanisms/refused-with.js';
import { RunOfMove, sentByAnother } from '../mechanisms/run-of-move.js';
import { sendUntilProven } from '../mechanisms/send-until-proven.js';
import type { Known } from '../mechanisms/truth.js';
import { type AuthorizedJourney, OLD_MS } from './authorization.js';
import type { Step } from './holding.js';

const moves =
  proxyActivities<Pick<AuthorizationActivities, 'capturePayment' | 'voidPayment'>>(MOVE);

const RUPIAH = /^\d{1,16}\.\d{2}$/;

export interface Stepping {
  readonly journey: AuthorizedJourney;
  readonly key: AuthorizationKey;
  readonly title: string;
  /** ISO 8601: DOKU's history is read from there. */
  readonly since: string;
  /** What an earlier run may have sent. */
  readonly sent?: Sent | undefined;
  /** How many voids of an amount DOKU shows under the authorisation's number, as far as is known. */
  readonly underOriginal: (amount: string | undefined) => number;
  /** In sen: what is held, as far as is known. */
  readonly remaining: () => bigint;
  /** Told which question is open, while one is. */
  readonly onTruth: (truth: HistoryTruth) => void;
  /** Whether nothing more of it is to be sent. */
  readonly isStopped: () => boolean;
}

/** What became of a capture or a void. */
export type Stepped =
  | {
      readonly kind: 'done';
      /** "10000.00", where DOKU says it. */
      readonly moved?: string;
      /** DOKU shows it under the authorisation's number, if anywhere. */
      readonly isUnderOriginal?: true;
      /** It is what another run sent under the number, as far as can be told. */
      readonly isOthers?: true;
      /** By an operator's word it came to what DOKU says, which is not what was asked for. */
      readonly isAsShown?: true;
    }
  | ({
      readonly kind: 'rejected';
      readonly refusal: string;
      /** By an operator's word: DOKU's books may have it all the same. */
      readonly isRecorded?: true;
    } & RefusedWith);

/**
 * Makes a capture or a void, and proves it by DOKU's history, under its own number.
 *
 * @param onAccepted - told that DOKU has accepted it: then it is only shown late, to other runs as well.
 */
export async function takeStep(
  stepping: Stepping,
  step: Step,
  onAccepted: () => void,
): Promise<Stepped> {
  const { journey, onTruth, isStopped } = stepping;
  const run = new RunOfMove();
  const heard = new HeardOfStep(stepping.sent !== undefined);
  const truth = truthOf(stepping, step, heard);
  onTruth(truth);
  for (let { sent } = stepping; ; sent = { lastSentAt: new Date().toISOString() }) {
    const proven = await sendUntilProven<HistoryFact>(
      {
        name: `${step.kind === 'capture' ? 'Capture' : 'Void'} ${step.partnerNo}`,
        send: async () => heard.noted(run.noted(await send(stepping, step, run))),
        ask: (what) => truth.final(what),
        isUndone: (fact) => fact.status === 'absent',
        isStopped,
        onDoubt: (isInDoubt) => journey.doubt(isInDoubt),
        onSent: ({ isAccepted }) => isAccepted && onAccepted(),
        sent,
      },
      journey.story,
    );
    if (proven.kind === 'refused')
      return { kind: 'rejected', refusal: proven.refusal, ...refusedWith(proven) };
    if (proven.kind === 'stopped') return { kind: 'rejected', refusal: 'cancelled' };
    const fact =
      proven.kind === 'known'
        ? proven.fact
        : await truth.park(`what became of ${step.kind} ${step.partnerNo} could not be proven`);
    // Journeys of before took "ask again" for a refusal.
    if (!fact && patched('unproven-is-asked-again')) continue;
    if (fact?.status !== 'success')
      return {
        kind: 'rejected',
        refusal: fact?.status ?? 'unproven',
        ...(fact?.isOperatorsWord && { isRecorded: true }),
      };
    return { ...done(fact), ...(heard.isOthers && { isOthers: true }) };
  }
}

function done({
  amount,
  isUnderOriginal,
  isOperatorsWord,
}: Known<HistoryFact>): Extract<Stepped, { kind: 'done' }> {
  return {
    kind: 'done',
    ...(amount !== undefined && RUPIAH.test(amount) && { moved: amount }),
    // Of what was recorded without its amount DOKU showed nothing under its own number.
    ...((isUnderOriginal || (isOperatorsWord && amount === undefined)) && {
      isUnderOriginal: true,
    }),
    ...(isOperatorsWord && amount !== undefined && { isAsShown: true }),
  };
}

/**
 * What became of a step that an earlier run may have sent, and of which it never learned.
 *
 * @returns nothing where DOKU does not say.
 */
export async function lookAtStep(
  stepping: Pick<Stepping, 'journey' | 'key' | 'since' | 'underOriginal' | 'remaining'>,
  step: Step & Pick<OwnStep, 'isAccepted'>,
): Promise<Extract<Stepped, { kind: 'done' }> | 'absent' | undefined> {
  const { isAccepted } = step;
  const sent = { ...sentByAnother(), ...(isAccepted && { isAccepted }) };
  const fact = await truthOf(stepping, step).look(sent);
  if (fact?.status === 'absent') return 'absent';
  const isOwn = !fact?.amount || !step.amount || fact.amount === step.amount.value;
  return fact?.status === 'success' && isOwn ? done(fact) : undefined;
}

function truthOf(
  { journey, key, since, underOriginal, remaining }: Parameters<typeof lookAtStep>[0],
  step: Step,
  heard?: HeardOfStep,
): HistoryTruth {
  const { partnerNo, kind, amount } = step;
  const { customerId, accountId } = key;
  /** Nothing where it is for DOKU to say. */
  const known = () => (step.isGuessed && heard?.isOthers ? undefined : amount);
  const mayBeOtherwise = ({ amount: told }: HistoryFact) =>
    told === undefined && heard?.mayBeOtherwise === true && known() !== undefined;
  const isBefore = ({ ageMs = 0 }: HistoryFact) => ageMs > Date.now() - Date.parse(since) + OLD_MS;
  return new HistoryTruth({
    journey,
    question: () => {
      const value = known()?.value;
      return {
        partnerReferenceNo: partnerNo,
        customerId,
        ...(accountId !== undefined && { accountId }),
        since,
        kind: kind === 'capture' ? 'payment' : 'give-back',
        mayBeAnothers: true,
        ...((value === undefined || heard?.mayBeOtherwise) && { isAmountAsked: true }),
        ...(kind === 'void' && {
          unnamed: {
            ...(value !== undefined && { amount: value }),
            since,
            original: key.partnerReferenceNo,
            others: underOriginal(value),
          },
        }),
      };
    },
    ...(amount && { amount: amount.value }),
    isAgreed: () => known() === undefined && patched('rest-of-others-is-as-told'),
    misfit: (fact) => {
      if (isBefore(fact) && patched('steps-follow-their-authorization'))
        return 'a date before its authorization';
      const isUntold = mayBeOtherwise(fact) && fact.status === 'success';
      return isUntold && patched('untold-steps-of-others-are-asked-about')
        ? 'no amount, and another run may have sent it in another one'
        : undefined;
    },
    isInDoubt: mayBeOtherwise,
    check: `Look up the ${kind} ${partnerNo} of ${key.partnerReferenceNo} in DOKU's back office${
      known() ? `: was it ${written(known() as Money)}?` : '.'
    }`,
    // Journeys of before took what DOKU works on for a refusal.
    isOpenFinal: () => !patched('open-steps-are-waited-for'),
    records: { 'record-done': { status: 'success' }, 'record-undone': { status: 'absent' } },
    asShown: (fact) => {
      const shown = otherAmount(known(), fact);
      const isHeld = shown !== undefined && senOf(shown) <= remaining();
      return isHeld && !isBefore(fact)
        ? { amount: shown, fact: { status: 'success', amount: shown } }
        : undefined;
    },
  });
}

/** What DOKU's answers to this run's own requests say of whose the step is that it has. */
class HeardOfStep {
  /** What DOKU has is another run's, as far as can be told. */
  isOthers: boolean;
  /** It may have been sent in another amount: nobody has said that it was not, or DOKU has said that it was. */
  mayBeOtherwise: boolean;
  #isSent = false;

  /** @param isOthers - another run may have sent it. */
  constructor(isOthers: boolean) {
    this.isOthers = isOthers;
    this.mayBeOtherwise = isOthers;
  }

  noted(answer: Move<null>): Move<null> {
    if (answer.kind === 'refused' || answer.kind === 'not-sent') return answer;
    const isKnown = answer.kind === 'doubtful' && OTHERS.has(answer.doubt);
    // What this run sent before, and lost the answer to, is its own.
    this.isOthers = isKnown && !this.#isSent;
    this.#isSent ||= !isKnown;
    // By "duplicate" DOKU says that it has the same, by "inconsistent" that it has not.
    this.mayBeOtherwise =
      answer.kind === 'doubtful' && (answer.doubt === 'earlier-run' || answer.isOtherwise === true);
    return answer;
  }
}

/** Doubts of a first request that speak of another run's. */
const OTHERS: ReadonlySet<Doubt> = new Set(['known-to-doku', 'earlier-run']);

function send({ key, title }: Stepping, step: Step, run: RunOfMove): Promise<Move<null>> {
  const { kind, partnerNo, amount, closes, reason } = step;
  const size = amount ? written(amount) : 'all that is left';
  const summary = `${kind === 'capture' ? 'Capture' : 'Void'} ${partnerNo}, ${size}`;
  const order = { ...key, ...run.argument };
  if (kind === 'void') {
    return moves.voidPayment.executeWithOptions({ summary }, [
      { ...order, partnerVoidNo: partnerNo, ...(amount && { voidAmount: amount }), reason },
    ]);
  }
  if (!amount) throw new TypeError('a capture has an amount');
  return moves.capturePayment.executeWithOptions({ summary }, [
    { ...order, partnerCaptureNo: partnerNo, captureAmount: amount, title, isLast: closes },
  ]);
}
