import { patched, proxyActivities } from '@temporalio/workflow';
import type { AuthorizationActivities } from '../../activities/authorization.js';
import type { Move } from '../../activities/calling/move.js';
import type { HistoryFact } from '../../activities/history.js';
import type {
  AuthorizedPurchaseResult,
  AuthorizedPurchaseStatus,
  ParsedAuthorizedPurchaseInput,
} from '../../contract/authorized-purchase.js';
import { written } from '../../contract/money.js';
import { comesAfterBrokenOff } from '../mechanisms/after-broken-off.js';
import { MOVE } from '../mechanisms/call-options.js';
import { ownResets } from '../mechanisms/earlier-run.js';
import { HistoryTruth } from '../mechanisms/history-truth.js';
import type { Journey } from '../mechanisms/journey.js';
import { type RefusedWith, refusedWith } from '../mechanisms/refused-with.js';
import { LONG_AGO, RunOfMove } from '../mechanisms/run-of-move.js';
import { sendUntilProven } from '../mechanisms/send-until-proven.js';
import type { Known } from '../mechanisms/truth.js';

const moves = proxyActivities<Pick<AuthorizationActivities, 'authorizePayment'>>(MOVE);

/** How far back DOKU's history is read for what an earlier run of the journey may have done. */
export const MEMORY_MS = 27 * 86_400_000;
/** An entry so much older than the run is not of its making, whatever the clocks say. */
export const OLD_MS = 3_600_000;

export type AuthorizedJourney = Journey<AuthorizedPurchaseStatus, AuthorizedPurchaseResult>;

type Refused = Extract<Move<unknown>, { kind: 'refused' }>;

/** What came of asking DOKU to hold the amount. */
export type Held =
  | {
      readonly kind: 'held' /** Not by this run, as far as can be told. */;
      readonly isFound: boolean;
    }
  | ({ readonly kind: 'declined'; readonly reason: string } & RefusedWith)
  /** Nothing is held any more, and this run captured and gave back nothing. */
  | { readonly kind: 'closed' };

/** Holds the amount once, and knows DOKU's word on it. */
export class Authorization {
  readonly truth: HistoryTruth;
  readonly #input: ParsedAuthorizedPurchaseInput;
  readonly #journey: AuthorizedJourney;
  readonly #run = new RunOfMove();
  readonly #startedAt = Date.now();
  readonly #isStopped: () => boolean;
  #referenceNo: string | undefined;
  /** Whose the held amount is, whatever the customer has bound since. */
  #accountId: string | undefined;
  #isAccepted = false;
  #isAnswered = false;
  #isEndExpected = false;
  #isSent = false;
  readonly #resets = ownResets.get();
  /** DOKU's answer spoke of an earlier request. */
  #isKnown = false;

  /** @param isStopped - nobody wants the amount held any more. */
  constructor(
    input: ParsedAuthorizedPurchaseInput,
    journey: AuthorizedJourney,
    isStopped: () => boolean,
  ) {
    const { partnerReferenceNo, customerId, amount } = input;
    this.#input = input;
    this.#journey = journey;
    this.#isStopped = isStopped;
    const since = new Date(this.#startedAt).toISOString();
    this.truth = new HistoryTruth({
      journey,
      question: () => ({
        partnerReferenceNo,
        customerId,
        ...this.account,
        since,
        kind: 'payment',
        mayBeAnothers: true,
        ...(this.#isEndExpected && { isEndExpected: true }),
      }),
      amount: amount.value,
      check: `Look up ${partnerReferenceNo} in DOKU's back office: is the amount held?`,
      // Held is open; DOKU may show what is held as a success all the same.
      read: (fact) => (fact.status === 'success' ? { ...fact, status: 'open' } : fact),
      isOpenFinal: () => true,
      records: { 'record-done': { status: 'open' }, 'record-undone': { status: 'absent' } },
    });
  }

  /** DOKU's own reference, which captures and voids name. */
  get referenceNo(): string | undefined {
    return this.#referenceNo ?? this.truth.referenceNo;
  }

  /** The account that it is about, once DOKU was asked in its name. */
  get account(): { accountId?: string } {
    return this.#accountId === undefined ? {} : { accountId: this.#accountId };
  }

  /** Its last capture was made: DOKU is to show it as closed. */
  expectEnd(): void {
    this.#isEndExpected = true;
  }

  /** It is known whether the amount was held. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  async hold(): Promise<Held> {
    const held = await this.#hold();
    this.#isAnswered = true;
    return held;
  }

  async #hold(): Promise<Held> {
    for (let again = false; ; again = true) {
      const proven = await sendUntilProven<HistoryFact>(
        {
          name: 'Auth Payment',
          send: () => this.#send(),
          ask: (sent) => this.truth.final(sent),
          isUndone: (fact) => fact.status === 'absent',
          isStopped: () => this.#isStopped() && patched('stopped-is-not-held'),
          onDoubt: (isInDoubt) => this.#journey.doubt(isInDoubt),
          ...(again && { sent: { lastSentAt: new Date().toISOString() } }),
        },
        this.#journey.story,
      );
      if (proven.kind === 'known') return this.#by(proven.fact);
      if (proven.kind === 'refused') return this.#unlessHeld(proven);
      if (proven.kind === 'stopped')
        return this.#unlessShown({ kind: 'declined', reason: 'cancelled' });
      const fact = await this.truth.park('what became of the authorisation could not be proven');
      if (fact) return this.#by(fact);
      // Journeys of before took "ask again" for held.
      if (!patched('unproven-is-asked-again')) return { kind: 'held', isFound: false };
    }
  }

  /** Before a refusal is believed: an earlier run may have had it held, which Temporal has forgotten. */
  async #unlessHeld(refused: Refused): Promise<Held> {
    const { refusal } = refused;
    const declined = { kind: 'declined', reason: refusal, ...refusedWith(refused) } as const;
    const isAnothers = refusal === 'number-used-otherwise';
    if (isAnothers && !(await this.#isShownAsOwn())) return declined;
    if (!patched('earlier-runs-are-asked-about')) return declined;
    return this.#unlessEarlier(declined);
  }

  /** Whether DOKU has under the number what is not the other journey's that has it: that may be of another kind, or customer. */
  async #isShownAsOwn(): Promise<boolean> {
    if (!patched('numbers-of-others-are-asked-about')) return false;
    const { status } = (await this.truth.look(LONG_AGO)) ?? { status: 'absent' };
    return status !== 'absent' && status !== 'other';
  }

  /**
   * Before it is said that a hold which was stopped never was: a run before this one may have had it held. Where nothing tells
   * of such a run, nobody waits long for DOKU's answer.
   */
  async #unlessShown(declined: Held): Promise<Held> {
    if (this.#isSent || !patched('cancelled-is-asked-about')) return declined;
    if (this.#resets.count === 0 && !(await comesAfterBrokenOff())) {
      const { status } = (await this.truth.look(LONG_AGO)) ?? { status: 'absent' };
      if (status === 'absent' || status === 'other') return declined;
    }
    return this.#unlessEarlier(declined);
  }

  async #unlessEarlier(declined: Held): Promise<Held> {
    this.#isKnown = true;
    const since = new Date(this.#startedAt - MEMORY_MS).toISOString();
    const fact = await this.truth.earlier(this.#run.argument, since);
    return fact ? this.#by(fact) : declined;
  }

  #by(fact: Known<HistoryFact>): Held {
    if (fact.status === 'absent') return { kind: 'declined', reason: 'operator-resolved' };
    if (fact.status === 'closed' && !this.#isAccepted) return { kind: 'closed' };
    const isClosed = fact.status === 'closed' || fact.status === 'cancelled';
    if (isClosed && patched('closed-authorizations-are-asked-about')) return { kind: 'closed' };
    const isOld = (fact.ageMs ?? 0) > Date.now() - this.#startedAt + OLD_MS;
    return { kind: 'held', isFound: this.#isKnown || isOld };
  }

  async #send() {
    const { partnerReferenceNo, customerId, amount, title } = this.#input;
    const answer = await moves.authorizePayment.executeWithOptions(
      { summary: `Auth Payment ${partnerReferenceNo}, ${written(amount)}` },
      [
        {
          partnerReferenceNo,
          customerId,
          ...this.account,
          amount,
          title,
          ...this.#run.argument,
        },
      ],
    );
    this.#accountId ??= answer.accountId;
    // Whoever sent something asks what became of it before it is stopped.
    if (answer.kind !== 'not-sent') this.#isSent = true;
    if (answer.kind === 'accepted') {
      this.#referenceNo = answer.response.referenceNo;
      this.#isAccepted = true;
    }
    const { doubt } = { doubt: undefined, ...answer };
    if (doubt === 'known-to-doku' || doubt === 'earlier-run') this.#isKnown = true;
    return this.#run.noted(answer);
  }
}
