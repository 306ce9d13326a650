import { condition, patched, workflowInfo } from '@temporalio/workflow';
import {
  type AuthorizedPurchaseInput,
  type AuthorizedPurchaseResult,
  type AuthorizedPurchaseStatus,
  type AuthorizedPurchaseView,
  authorizedPurchaseInputSchema,
  authorizedPurchaseNotifiedSignal,
  authorizedPurchaseStatusQuery,
  authorizedUpdate,
  captureSchema,
  captureUpdate,
  ownStepsQuery,
  type ParsedAuthorizedPurchaseInput,
  stepQuery,
  voidSchema,
  voidUpdate,
} from '../../contract/authorized-purchase.js';
import { durationMs } from '../../contract/duration.js';
import { moneyOf, written } from '../../contract/money.js';
import { parsed } from '../mechanisms/bad-input.js';
import { isReset } from '../mechanisms/earlier-run.js';
import { journeyEnded } from '../mechanisms/ended-error.js';
import { sameInputAs } from '../mechanisms/input-digest.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onSignal, onUpdate } from '../mechanisms/messages.js';
import { Repeats } from '../mechanisms/repeats.js';
import { Authorization, type AuthorizedJourney, type Held } from './authorization.js';
import { restVoidNo } from './numbers.js';
import type { Asked } from './step-book.js';
import { Steps } from './steps.js';

/**
 * The authorised purchase: Auth → captures and voids → the rest is given back at the limit. DOKU has no status query
 * for it, so a lost answer is looked up in its history, under the number of the very capture or void. Contract:
 * `contract/authorized-purchase.ts`.
 */
export async function authorizedPurchase(
  input: AuthorizedPurchaseInput,
): Promise<AuthorizedPurchaseResult> {
  return new AuthorizedPurchase(parsed(authorizedPurchaseInputSchema, input, 'input')).run();
}

type End = Pick<
  AuthorizedPurchaseResult,
  'outcome' | 'reason' | 'responseCode' | 'responseMessage'
>;

class AuthorizedPurchase {
  readonly #input: ParsedAuthorizedPurchaseInput;
  readonly #journey: AuthorizedJourney;
  readonly #authorization: Authorization;
  readonly #steps: Steps;
  readonly #repeats = new Repeats();
  #captureBy = 0;
  #toVoid: string | undefined;

  constructor(input: ParsedAuthorizedPurchaseInput) {
    this.#input = input;
    const { partnerReferenceNo, customerId, amount } = input;
    this.#journey = new Journey<AuthorizedPurchaseStatus, AuthorizedPurchaseResult>(
      `Authorised purchase ${partnerReferenceNo}, ${written(amount)}`,
      'authorizing',
      { customerId, partnerReferenceNo, amount },
    );
    this.#authorization = new Authorization(input, this.#journey, () => this.#steps.isStopped);
    this.#steps = new Steps(input, this.#journey, this.#authorization);
    this.#handle();
  }

  #handle(): void {
    const assertSameInput = sameInputAs(this.#input);
    onQuery(authorizedPurchaseStatusQuery, () => this.#view());
    onUpdate(authorizedUpdate, () => this.#whenAuthorized(), {
      validator: (argument?: unknown) => {
        assertSameInput(argument, 'authorized');
        if (this.#captureBy > 0 && !this.#journey.result) this.#repeats.check(this.#view());
      },
      description: 'Whether the amount is held',
    });
    onUpdate(captureUpdate, (argument) => this.#steps.once(this.#captureOf(argument)), {
      validator: (argument) => this.#steps.validate(this.#captureOf(argument)),
      description: 'Take from what is held',
    });
    onUpdate(voidUpdate, (argument) => this.#steps.once(voidOf(argument)), {
      validator: (argument) => this.#steps.validate(voidOf(argument)),
      description: 'Give back from what is held',
    });
    onQuery(stepQuery, ({ capture, void: voided }) => {
      if (capture) return this.#steps.before(this.#captureOf(capture));
      return voided ? this.#steps.before(voidOf(voided)) : {};
    });
    onQuery(ownStepsQuery, () => this.#steps.own);
    onSignal(authorizedPurchaseNotifiedSignal, () => this.#steps.nudge());
  }

  run(): Promise<AuthorizedPurchaseResult> {
    return this.#journey.run(
      async () => {
        this.#steps.recallAtResets();
        const end = await this.#run();
        const { unaccounted, totals } = this.#steps.holding;
        const { referenceNo } = this.#authorization;
        return {
          partnerReferenceNo: this.#input.partnerReferenceNo,
          ...(referenceNo && { referenceNo }),
          ...this.#authorization.account,
          ...totals,
          ...(unaccounted && { unaccounted }),
          ...end,
        };
      },
      () => {
        this.#toVoid ??= 'cancelled in Temporal';
        this.#steps.isOpen = false;
        this.#steps.isStopped = true;
      },
      () => 'nothing more is captured, and what DOKU still holds is given back',
    );
  }

  /** The business process, step by step. */
  async #run(): Promise<End> {
    const held = await this.#authorization.hold();
    if (held.kind === 'declined') {
      const { kind: outcome, ...why } = held;
      return { outcome, ...why };
    }
    const end = await this.#untilClosed(held);
    if (end) return end;
    const isVoided = !this.#steps.isClosed && this.#toVoid !== undefined;
    const reason = this.#steps.isClosed ? this.#steps.restReason : this.#toVoid;
    const recorded =
      isVoided && reason ? await this.#voidRest(reason) : await this.#proveRestWentBack();
    if (recorded) return recorded;
    return {
      outcome: this.#steps.holding.hasCaptured ? 'captured' : 'voided',
      ...(reason && { reason }),
    };
  }

  /** @returns the end, if an operator says what it is. */
  async #untilClosed(held: Exclude<Held, { kind: 'declined' }>): Promise<End | undefined> {
    const mayBeLater = held.kind === 'closed' || held.isFound;
    if (mayBeLater && patched('earlier-steps-are-recalled')) await this.#steps.recall();
    if (held.kind === 'closed')
      return this.#steps.isWhole && this.#steps.isClosed ? undefined : this.#askWhatBecame();
    this.#steps.isLater ||= held.isFound;
    this.#steps.isOwn = !held.isFound;
    return this.#untilLimit();
  }

  /** @returns the end, if an operator says that nothing is held any more. */
  async #untilLimit(): Promise<End | undefined> {
    for (;;) {
      const within = durationMs(this.#input.captureWithin);
      this.#captureBy = Date.now() + within;
      this.#steps.isKnown = true;
      this.#steps.isOpen = this.#toVoid === undefined;
      this.#journey.enter('authorized');
      await condition(() => this.#steps.isClosed || this.#toVoid !== undefined, within);
      this.#steps.isOpen = false;
      await condition(() => !this.#steps.isBusy);
      if (this.#steps.isClosed || this.#toVoid !== undefined) return undefined;
      if (!(await this.#isLaterRun()) || (await this.#isAllKnown())) {
        this.#toVoid ??= 'capture-within-elapsed';
        return undefined;
      }
      const isToBeVoided = () =>
        this.#toVoid !== undefined && patched('stopped-is-asked-about-no-more');
      const decided = await this.#journey.parkUnless(isToBeVoided, {
        reason: 'its time is over, and an earlier run of this journey may have been told captures',
        check: [this.#check()],
        decisions: ['void-rest', 'wait-on', 'record-captured', 'record-voided'],
        contradiction: (wanted) => this.#contradiction(wanted),
      });
      if (decided === undefined) return undefined;
      const { decision } = decided;
      if (decision === 'void-rest') this.#toVoid = 'operator-resolved';
      else if (decision !== 'wait-on') return this.#recorded(decision);
    }
  }

  /** The merchant's silence counts for the run that it was silent to (money rule 6). */
  async #isLaterRun(): Promise<boolean> {
    if (!this.#steps.isLater && patched('earlier-runs-are-asked-about'))
      this.#steps.isLater = await isReset();
    return this.#steps.isLater;
  }

  /** Whether nobody knows more of it than this run, whichever runs came before. */
  async #isAllKnown(): Promise<boolean> {
    // What an earlier run was told may be asked about in this moment.
    await condition(() => !this.#steps.isBusy);
    return this.#steps.own.isWhole && patched('known-rest-goes-back');
  }

  /** Closed before this run did anything: an earlier run's captures are not this one's to count. */
  async #askWhatBecame(): Promise<End> {
    const { decision } = await this.#journey.park({
      reason: 'authorised and closed before this journey started',
      check: [this.#check()],
      decisions: ['record-captured', 'record-voided', 'record-declined'],
      contradiction: async (wanted) =>
        patched('what-became-is-checked') ? this.#shownAgainst(wanted) : undefined,
    });
    return decision === 'record-declined'
      ? { outcome: 'declined', reason: 'operator-resolved' }
      : this.#recorded(decision);
  }

  #recorded(decision: 'record-captured' | 'record-voided'): End {
    if (decision === 'record-voided') this.#steps.holding.giveBackRest();
    else this.#steps.holding.writeOff();
    const isCaptured = decision === 'record-captured' || this.#steps.holding.hasCaptured;
    return { outcome: isCaptured ? 'captured' : 'voided', reason: 'operator-resolved' };
  }

  /** What DOKU still shows as held has not gone anywhere, and what it shows at all was not declined. */
  async #shownAgainst(decision: string): Promise<string | undefined> {
    const status = decision.startsWith('record-') ? await this.#shown() : undefined;
    const isShown = status !== undefined && status !== 'absent';
    if (decision === 'record-declined' && isShown) return `DOKU has authorised it: ${status}`;
    return status === 'open' ? 'DOKU holds it still' : undefined;
  }

  /** What is closed without this run's doing may have been captured: a restored database forgets whom it told. */
  async #contradiction(decision: string): Promise<string | undefined> {
    if (!decision.startsWith('record-')) return undefined;
    const status = await this.#shown();
    if (status === 'open') return 'DOKU holds it still';
    const mayBeCaptured = decision === 'record-voided' && status === 'closed';
    return mayBeCaptured && patched('closed-may-be-captured')
      ? 'DOKU shows it as closed, as captures leave it of which this run was not told'
      : undefined;
  }

  async #shown() {
    return (await this.#authorization.truth.look())?.status;
  }

  /**
   * The rest goes back under a number of its own: it is given back at most once.
   *
   * @returns the end, if an operator says what became of it.
   */
  async #voidRest(reason: string): Promise<End | undefined> {
    this.#journey.enter('voiding');
    const { partnerReferenceNo } = this.#input;
    // Until December 2026 it went under the authorisation's number, whose history tells of the authorisation.
    const hasOwn = patched('rest-has-its-own-number');
    const isLater = hasOwn && (await this.#isLaterRun());
    let isSure = !isLater || (this.#steps.isWhole && patched('known-rest-goes-back'));
    while (this.#steps.holding.remaining > 0n && !this.#steps.isClosed) {
      const rest = moneyOf(this.#steps.holding.remaining);
      const stepped = await this.#steps.take({
        kind: 'void',
        partnerNo: hasOwn ? restVoidNo(partnerReferenceNo) : partnerReferenceNo,
        ...(isSure && { amount: rest, isGuessed: true }),
        closes: true,
        reason,
      });
      if (stepped.outcome !== 'rejected') return undefined;
      // Less is held than this run knows of, as in a restored database: all that is left goes back, however much.
      if (isSure && stepped.refusal === 'invalid-amount' && patched('less-than-known-goes-back')) {
        isSure = false;
        continue;
      }
      // DOKU gave it back with the last capture, as it was told to.
      if (this.#steps.isLastCaptured && stepped.refusal === 'not-allowed-now') {
        this.#steps.close();
        return undefined;
      }
      const { decision } = await this.#journey.park({
        reason: `DOKU refuses to give the rest back: ${stepped.refusal}`,
        check: [this.#check()],
        decisions: ['try-again', 'record-voided', 'record-captured'],
        contradiction: (wanted) => this.#contradiction(wanted),
      });
      if (decision !== 'try-again') return this.#recorded(decision);
    }
    return undefined;
  }

  /** Where DOKU does not say that the authorisation is closed after the last capture, the rest is given back by us. */
  async #proveRestWentBack(): Promise<End | undefined> {
    if (!this.#steps.isLastCaptured || this.#steps.holding.remaining === 0n) return undefined;
    if (await this.#isRestBack()) {
      this.#steps.close();
      return undefined;
    }
    this.#steps.isClosed = false;
    return this.#voidRest('given back after the last capture');
  }

  async #isRestBack(): Promise<boolean> {
    if (!patched('rest-of-last-capture-is-proven')) return true;
    await this.#isLaterRun();
    this.#authorization.expectEnd();
    const { status } = await this.#authorization.truth.ask();
    return status === 'closed' || status === 'cancelled';
  }

  #captureOf(argument: unknown): Asked {
    const { partnerCaptureNo, amount, last } = parsed(captureSchema, argument, 'capture');
    const reason = this.#input.title;
    return { kind: 'capture', partnerNo: partnerCaptureNo, amount, closes: last, reason };
  }

  async #whenAuthorized(): Promise<AuthorizedPurchaseView> {
    if (this.#captureBy > 0) this.#repeats.taken();
    // What was stopped meanwhile is about to be given back.
    const isHeld = () => this.#captureBy > 0 && !this.#steps.isStopped;
    await condition(() => isHeld() || this.#journey.result !== undefined);
    const { result } = this.#journey;
    if (result) throw journeyEnded(`nothing is held: ${result.reason ?? result.outcome}`, result);
    return this.#view();
  }

  /** Whether it is for the merchant to capture, until its time is over. */
  get #isCapturable(): boolean {
    const { isOpen, isClosed } = this.#steps;
    return this.#captureBy > 0 && isOpen && !isClosed && this.#journey.result === undefined;
  }

  #check(): string {
    const { partnerReferenceNo } = this.#input;
    return `Look up ${partnerReferenceNo} in DOKU's back office: its captures and voids, and what is still held.`;
  }

  /** Until DOKU says whether it is held, a run that a reset made does not know what the one before took of it. */
  get #unknownYet(): string | undefined {
    const { runId, originalExecutionRunId, runStartTime } = workflowInfo();
    const isKnown = this.#captureBy > 0 || this.#journey.result !== undefined;
    return isKnown || runId === originalExecutionRunId ? undefined : runStartTime.toISOString();
  }

  #view(): AuthorizedPurchaseView {
    const { inDoubtSince, attention, result } = this.#journey;
    const unknownSince = this.#steps.unknownSince ?? this.#unknownYet;
    return {
      partnerReferenceNo: this.#input.partnerReferenceNo,
      status: this.#steps.stands,
      ...this.#authorization.account,
      ...this.#steps.holding.totals,
      remaining: this.#steps.left,
      steps: this.#steps.holding.steps,
      ...(this.#isCapturable && { captureBy: new Date(this.#captureBy).toISOString() }),
      ...(inDoubtSince && { inDoubtSince }),
      ...(unknownSince && { unknownSince }),
      ...this.#journey.stop,
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}

function voidOf(argument: unknown): Asked {
  const { partnerVoidNo, amount, reason } = parsed(voidSchema, argument, 'void');
  return { kind: 'void', partnerNo: partnerVoidNo, amount, closes: false, reason };
}
