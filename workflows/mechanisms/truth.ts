import { ActivityFailure, ApplicationFailure, patched } from '@temporalio/workflow';
import type { Sent } from '../../activities/calling/absence.js';
import { interruptible } from './interruptible.js';
import type { Journey, JourneyResult } from './journey.js';

/** DOKU's word on a movement. */
export interface Fact {
  readonly status: string;
  /** "10000.00": what DOKU holds as its amount, when it says. */
  readonly amount?: string;
  /** DOKU's own reference, when it says. */
  readonly referenceNo?: string;
}

/** DOKU's word, or an operator's in its place, which ends every question. */
export type Known<F extends Fact> = F & { readonly isOperatorsWord?: true };

/** What DOKU shows of a movement that is not as it was asked for. */
export interface AsShown<F extends Fact> {
  /** "10000.00". */
  readonly amount: string;
  readonly fact: F;
}

/** What may have reached DOKU, when it is asked what became of it. */
interface Doubt {
  readonly isAccepted?: true;
}

export interface TruthOptions<F extends Fact, S extends Doubt = Sent> {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own statuses are
  readonly journey: Journey<any, JourneyResult<any>>;
  /** The question's name, such as "Query Purchase". */
  readonly name: string;
  /**
   * Asks DOKU.
   *
   * @param sent - what may have reached DOKU: then an absence is only believed when it is proof.
   * @throws ActivityFailure when no answer was had within the limit.
   */
  readonly ask: (sent?: S, limit?: { readonly scheduleToCloseTimeout: string }) => Promise<F>;
  /** "10000.00": what DOKU must hold; without it any amount will do. */
  readonly amount?: string;
  /**
   * Told of DOKU's word where that has another amount.
   *
   * @returns whether an operator has decided in view of that very amount, so that it is no question any more.
   */
  readonly isAgreed?: (fact: F) => boolean;
  /** What was done about it so far, for an operator who is asked about another amount. */
  readonly done?: (fact: F) => string | undefined;
  /** What else of DOKU's word does not fit what was asked for, if anything: then it is another's (money rule 7). */
  readonly misfit?: (fact: F) => string | undefined;
  /** What may have reached DOKU by the time an operator decides: his word is held against all that is known of it. */
  readonly doubt?: () => S;
  /** Told of each word of DOKU's. */
  readonly heard?: (fact: F) => void;
  /** Whether a status that cannot be understood says enough all the same, by what else is told. */
  readonly isTold?: (fact: F) => boolean;
  /** Whether DOKU has shown it to an earlier run. */
  readonly wasShown?: boolean;
  /** What an operator is to look up. */
  readonly check: string;
  /** Decisions that put an operator's word in the place of DOKU's. */
  readonly records: Readonly<Record<string, F>>;
  /**
   * What of DOKU's latest word happened, if not as it was asked for: an operator may record that it is so.
   *
   * @returns nothing where there is nothing of this movement to record.
   */
  readonly asShown?: (fact: F) => AsShown<F> | undefined;
  /** What of DOKU's word contradicts a record, where its status and amount do not tell. */
  readonly contradicts?: (fact: F, decision: string, recorded: F) => string | undefined;
  /** What contradicts it besides its status and amount. */
  readonly contradictsToo?: (fact: F, decision: string) => string | undefined;
  /** Whether DOKU's word leaves open what the decision says: then it is for the operator to say. */
  readonly isInDoubt?: (fact: F, decision: string) => boolean;
  /** Other decisions, and what they do. With what they return the question ends; otherwise DOKU is asked again. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most only take note
  readonly actions?: Readonly<Record<string, (note: string) => F | void>>;
  /** Whether an action can act now. By default all can. */
  readonly canAct?: (decision: string) => boolean;
}

const ASK_AGAIN = 'ask-again';
/** With the amount: an operator decides in view of that one, and not of what DOKU shows to whoever asks next. */
const AS_SHOWN = 'record-as-shown';
const ABSENT = new Set(['absent', 'not-found', 'other']);
/** What says nothing of whether it happened. */
const UNTOLD = new Set(['unknown', 'absent', 'unnamed']);
const UNSHOWN = new Set([...ABSENT, ...UNTOLD]);
/** What an operator records of what did not happen. */
const UNDONE = new Set(['absent', 'closed', 'failed']);

/**
 * What is known of a movement: DOKU's status, asked for until it can be believed, or an operator's word where it
 * cannot be had.
 */
export class Truth<F extends Fact, S extends Doubt = Sent> {
  readonly #options: TruthOptions<F, S>;
  #referenceNo: string | undefined;
  /** An operator's word on the status stands from then on: DOKU is not asked again. */
  #recorded: Known<F> | undefined;
  #parkedFor: string | undefined;
  /** DOKU has shown it. */
  #isShown: boolean;
  /** What DOKU shows of it that is not what was asked for. */
  #asShown: AsShown<F> | undefined;
  /** What DOKU says of it elsewhere than in its status, as long as an operator is asked about that. */
  #elsewhere: F | undefined;
  /** Why DOKU would not answer at all, the last time it was asked. */
  #unanswered: string | undefined;

  constructor(options: TruthOptions<F, S>) {
    this.#options = options;
    this.#isShown = options.wasShown ?? false;
  }

  /** DOKU's reference, when an answer carried it. */
  get referenceNo(): string | undefined {
    return this.#referenceNo;
  }

  get recorded(): Known<F> | undefined {
    return this.#recorded;
  }

  /** What an operator is being asked, where the next run of the journey is to ask him again. */
  get parkedFor(): string | undefined {
    return this.#parkedFor;
  }

  /** Goes on from an earlier run of the journey. */
  goOnFrom(earlier: {
    recorded?: Known<F> | undefined;
    parkedFor?: string | undefined;
    referenceNo?: string | undefined;
  }): void {
    this.#recorded = earlier.recorded;
    this.#parkedFor = earlier.parkedFor;
    this.#referenceNo = earlier.referenceNo;
  }

  /** An operator's word stands for what was known then: what is sent after it is asked about anew (money rule 10). */
  forgetRecorded(): void {
    this.#recorded = undefined;
  }

  /**
   * Asks DOKU, however long it takes to get an answer that can be believed.
   *
   * @param sent - what may have reached DOKU.
   */
  async ask(sent?: S): Promise<Known<F>> {
    for (;;) {
      if (this.#recorded) return this.#recorded;
      const asked = this.#parkedFor && (await this.park(this.#parkedFor));
      if (asked) return asked;
      const fact = await this.#askOnce(sent);
      if (fact) return fact;
      const decided = await this.park(this.#whyUnknown(sent));
      if (decided) return decided;
    }
  }

  /**
   * Whether DOKU shows anything of it, as far as it says so soon.
   *
   * @param sent - what may have been sent long ago: one answer that there is nothing has to be given again.
   */
  async isShown(sent: S): Promise<boolean> {
    try {
      const fact = await this.#options.ask(sent, { scheduleToCloseTimeout: '10 seconds' });
      return !ABSENT.has(fact.status);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return false;
    }
  }

  async #askOnce(sent: S | undefined): Promise<Known<F> | undefined> {
    const { ask, journey, name } = this.#options;
    try {
      const waited = await interruptible(
        () => ask(sent),
        () => journey.isInterrupted,
      );
      if (waited.kind === 'failed') throw waited.error;
      if (waited.kind === 'done') return await this.#believed(waited.value, sent);
      journey.throwIfInterrupted();
      return undefined;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      journey.story.tell(`${name}: ${error.cause?.message ?? 'no answer'}`);
      // Time that ran out says nothing of DOKU.
      this.#unanswered =
        error.cause instanceof ApplicationFailure && error.cause.nonRetryable
          ? error.cause.message
          : undefined;
      return undefined;
    }
  }

  #whyUnknown(sent: S | undefined): string {
    if (this.#unanswered) return `DOKU cannot be asked about it: ${this.#unanswered}`;
    return sent?.isAccepted
      ? 'DOKU accepted it, and has not shown it for a day'
      : 'DOKU cannot be asked about it';
  }

  /** What a wait has ended with. A status that cannot be understood is asked for again, as it may be one answer of many. */
  async believed(fact: F, sent?: S): Promise<Known<F>> {
    const isOdd = !this.#isUnderstood(fact) && patched('unknown-is-asked-again');
    return isOdd ? this.ask(sent) : this.#believed(fact, sent);
  }

  /** A status that cannot be understood, or of another amount, is for an operator to read. */
  async #believed(fact: F, sent?: S): Promise<Known<F>> {
    const { journey } = this.#options;
    this.#referenceNo ??= fact.referenceNo;
    journey.story.tell(`DOKU's status: ${fact.status}`);
    this.#isShown ||= !UNSHOWN.has(fact.status);
    this.#asShown = this.#options.asShown?.(fact);
    this.#options.heard?.(fact);
    if (!this.#isUnderstood(fact)) {
      return (await this.park('DOKU reports a status that SNAP does not know')) ?? this.ask(sent);
    }
    const misfit = this.#misfit(fact);
    if (misfit) return (await this.park(this.#whyMisfit(misfit, fact))) ?? this.ask(sent);
    return fact;
  }

  #isUnderstood(fact: F): boolean {
    if (fact.status !== 'unknown') return true;
    return this.#options.isTold?.(fact) === true && patched('what-is-told-is-understood');
  }

  #whyMisfit(misfit: string, fact: F): string {
    const done = this.#options.done?.(fact);
    return `DOKU holds this reference with ${misfit}${done ? `; ${done}` : ''}`;
  }

  #misfit(fact: F, amount = this.#options.amount): string | undefined {
    const { misfit, isAgreed } = this.#options;
    const isOther = amount !== undefined && fact.amount !== undefined && fact.amount !== amount;
    return isOther && !isAgreed?.(fact) ? `another amount, ${fact.amount}` : misfit?.(fact);
  }

  /**
   * @param shown - what DOKU says of it elsewhere, where its status does not.
   * @returns what an operator's decision puts in the place of DOKU's status, or nothing to ask DOKU again.
   */
  async park(reason: string, shown?: F): Promise<Known<F> | undefined> {
    this.#elsewhere = shown;
    if (shown) this.#asShown = this.#options.asShown?.(shown);
    const { journey, check, actions = {}, canAct = () => true } = this.#options;
    this.#parkedFor = reason;
    const asked = this.#asShown;
    const { decision, note } = await journey.park({
      reason,
      check: [check],
      decisions: [
        ASK_AGAIN,
        ...Object.keys(actions).filter(canAct),
        ...Object.keys(this.#recordsWith(asked)),
      ],
      contradiction: (wanted) => this.contradiction(wanted),
    });
    this.#parkedFor = undefined;
    const recorded = this.#recordBy(decision, asked);
    if (recorded) this.#recorded = { ...recorded, isOperatorsWord: true };
    return this.#recorded ?? (actions[decision]?.(note) || undefined);
  }

  #recordsWith(shown: AsShown<F> | undefined): Readonly<Record<string, F>> {
    const { records } = this.#options;
    return shown ? { ...records, [`${AS_SHOWN}-${shown.amount}`]: shown.fact } : records;
  }

  /** Operators of before named no amount. */
  #recordBy(decision: string, shown = this.#asShown): F | undefined {
    return decision === AS_SHOWN ? shown?.fact : this.#recordsWith(shown)[decision];
  }

  /** What of DOKU's word an operator's contradicts. A silent DOKU contradicts nobody: that is when it is needed. */
  async contradiction(decision: string): Promise<string | undefined> {
    const recorded = this.#recordBy(decision);
    if (!recorded) return undefined;
    const { ask, doubt } = this.#options;
    const within = doubt ? '30 seconds' : '10 seconds';
    try {
      const fact = await ask(doubt?.(), { scheduleToCloseTimeout: within });
      return this.#contradicted(fact, recorded, decision) ?? this.#contradictedElsewhere(recorded);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      // It answers, and does not show what it has shown.
      const isHidden = this.#isShown && isStillPending(error) && UNDONE.has(recorded.status);
      return isHidden && patched('words-are-held-against-all')
        ? 'DOKU has shown it before, and it may yet be done'
        : undefined;
    }
  }

  /** DOKU's status leaves out what it tells elsewhere. */
  #contradictedElsewhere({ status, amount }: F): string | undefined {
    const shown = this.#elsewhere;
    const isOther = shown !== undefined && shown.status === status && shown.amount !== amount;
    return isOther && patched('words-are-held-against-history')
      ? `DOKU's history has another amount, ${shown.amount}`
      : undefined;
  }

  #contradicted(fact: F, recorded: F, decision: string): string | undefined {
    const { contradicts, contradictsToo } = this.#options;
    const { status } = fact;
    if (contradicts) return contradicts(fact, decision, recorded);
    const said = contradictsToo?.(fact, decision);
    if (said) return said;
    if (status === 'unnamed' && UNDONE.has(recorded.status))
      return 'DOKU has one without its number, which may be this one';
    const isTold = !UNTOLD.has(status);
    if (isTold && status !== recorded.status) return `DOKU's status is ${status}`;
    if (this.#options.isInDoubt?.(fact, decision)) return undefined;
    const misfit = this.#misfit(fact, recorded.amount);
    return misfit && `DOKU holds ${misfit}`;
  }
}

/** Whether DOKU gave clear answers, none of which says what was asked. */
const isStillPending = ({ cause }: ActivityFailure): boolean =>
  [cause, cause?.cause].some(
    (each) => each instanceof ApplicationFailure && each.type === 'StillPending',
  );
