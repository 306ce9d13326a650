import { ApplicationFailure, condition, proxyActivities } from '@temporalio/workflow';
import type { AuthorizationActivities, AuthorizationKey } from '../../activities/authorization.js';
import type { Move } from '../../activities/calling/move.js';
import type { HistoryActivities, HistoryFact } from '../../activities/history.js';
import {
  type AuthorizedPurchaseInput,
  type AuthorizedPurchaseResult,
  type AuthorizedPurchaseStatus,
  type AuthorizedPurchaseView,
  authorizedPurchaseInputSchema,
  authorizedPurchaseStatusQuery,
  authorizedUpdate,
  captureSchema,
  captureUpdate,
  type ParsedAuthorizedPurchaseInput,
  type StepResult,
  voidSchema,
  voidUpdate,
} from '../../contract/authorized-purchase.js';
import { durationMs } from '../../contract/duration.js';
import { invalidInputError, notNowError } from '../../contract/errors.js';
import { type Money, moneyOf, senOf, written } from '../../contract/money.js';
import { parsed } from '../mechanisms/bad-input.js';
import { HISTORY_QUESTION, MOVE } from '../mechanisms/call-options.js';
import { journeyEnded } from '../mechanisms/ended-error.js';
import { assertSameInput } from '../mechanisms/input-digest.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { OneAtATime } from '../mechanisms/one-at-a-time.js';
import { sendUntilProven } from '../mechanisms/send-until-proven.js';
import { type Known, Truth } from '../mechanisms/truth.js';

const moves =
  proxyActivities<
    Pick<AuthorizationActivities, 'authorizePayment' | 'capturePayment' | 'voidPayment'>
  >(MOVE);
const history = proxyActivities<Pick<HistoryActivities, 'queryHistory'>>(HISTORY_QUESTION);

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

type End = Pick<AuthorizedPurchaseResult, 'outcome' | 'reason'>;

/** A capture or a void, whichever way it goes. */
interface Step {
  readonly kind: 'capture' | 'void';
  readonly partnerNo: string;
  readonly amount: Money;
  readonly closes: boolean;
  readonly reason: string;
}

class AuthorizedPurchase {
  readonly #input: ParsedAuthorizedPurchaseInput;
  readonly #journey: Journey<AuthorizedPurchaseStatus, AuthorizedPurchaseResult>;
  readonly #steps = new OneAtATime();
  /** By kind and number: the same step asked for again gets the same answer. */
  readonly #asked = new Map<string, Promise<StepResult>>();
  #referenceNo: string | undefined;
  #startedAt: string;
  #captureBy = 0;
  readonly #proven: { kind: Step['kind']; partnerNo: string }[] = [];
  #captured = 0n;
  #voided = 0n;
  #isClosed = false;
  #isToVoid: string | undefined;

  constructor(input: ParsedAuthorizedPurchaseInput) {
    this.#input = input;
    const { partnerReferenceNo, customerId, amount } = input;
    this.#startedAt = new Date().toISOString();
    this.#journey = new Journey<AuthorizedPurchaseStatus, AuthorizedPurchaseResult>(
      `Authorised purchase ${partnerReferenceNo}, ${written(amount)}`,
      'authorizing',
      { customerId, partnerReferenceNo },
    );
    onQuery(authorizedPurchaseStatusQuery, () => this.#view());
    onUpdate(authorizedUpdate, () => this.#whenAuthorized(), {
      validator: (argument?: unknown) => assertSameInput(argument, 'authorized'),
      description: 'Whether the amount is held',
    });
    onUpdate(
      captureUpdate,
      (argument) => this.#capture(parsed(captureSchema, argument, 'capture')),
      {
        validator: (argument) => {
          const { partnerCaptureNo, amount: wanted } = parsed(captureSchema, argument, 'capture');
          this.#validate(`capture ${partnerCaptureNo}`, wanted);
        },
        description: 'Take from what is held',
      },
    );
    onUpdate(voidUpdate, (argument) => this.#void(parsed(voidSchema, argument, 'void')), {
      validator: (argument) => {
        const { partnerVoidNo, amount: wanted } = parsed(voidSchema, argument, 'void');
        this.#validate(`void ${partnerVoidNo}`, wanted);
      },
      description: 'Give back from what is held',
    });
  }

  run(): Promise<AuthorizedPurchaseResult> {
    return this.#journey.run(
      async () => {
        const end = await this.#run();
        return {
          partnerReferenceNo: this.#input.partnerReferenceNo,
          ...(this.#referenceNo && { referenceNo: this.#referenceNo }),
          captured: moneyOf(this.#captured).value,
          voided: moneyOf(this.#voided).value,
          ...end,
        };
      },
      () => {
        this.#isToVoid ??= 'cancelled in Temporal';
      },
    );
  }

  /** The business process, step by step. */
  async #run(): Promise<End> {
    const declined = await this.#authorize();
    if (declined) return declined;
    const within = durationMs(this.#input.captureWithin);
    this.#captureBy = Date.now() + within;
    this.#journey.enter('authorized');
    await condition(() => this.#isClosed || this.#isToVoid !== undefined, within);
    await condition(() => !this.#steps.isBusy);
    const reason = this.#isClosed ? undefined : (this.#isToVoid ?? 'capture-within-elapsed');
    if (reason) await this.#voidRest(reason);
    return { outcome: this.#captured > 0n ? 'captured' : 'voided', ...(reason && { reason }) };
  }

  /** @returns the end, if DOKU refuses. */
  async #authorize(): Promise<End | undefined> {
    const { partnerReferenceNo, customerId, amount, title } = this.#input;
    const truth = this.#truthOf(partnerReferenceNo, amount);
    let wasHeld = false;
    const proven = await sendUntilProven(
      {
        name: 'Auth Payment',
        send: async () => {
          const answer = await moves.authorizePayment.executeWithOptions(
            { summary: `Auth Payment ${partnerReferenceNo}, ${written(amount)}` },
            [{ partnerReferenceNo, customerId, amount, title }],
          );
          if (answer.kind === 'accepted') {
            this.#referenceNo = answer.response.referenceNo;
            wasHeld = true;
          }
          return answer;
        },
        ask: () => truth.ask(),
        isUndone: (fact) => fact.status === 'absent',
      },
      this.#journey.story,
    );
    if (proven.kind === 'refused') return { outcome: 'declined', reason: proven.refusal };
    const fact =
      proven.kind === 'known'
        ? proven.fact
        : await truth.park('what became of the authorisation could not be proven for a day');
    this.#referenceNo ??= truth.referenceNo;
    if (fact?.isOperatorsWord && fact.status === 'absent')
      return { outcome: 'declined', reason: 'operator-resolved' };
    // Closed before this run did anything: an earlier run's captures are not this one's to count.
    return fact?.status === 'closed' && !wasHeld ? this.#askWhoCaptured() : undefined;
  }

  async #askWhoCaptured(): Promise<End> {
    const { decision } = await this.#journey.park({
      reason: 'authorised and closed before this journey started',
      check: [`Look up the captures and voids of ${this.#input.partnerReferenceNo} at DOKU.`],
      decisions: ['record-captured', 'record-voided'],
    });
    return {
      outcome: decision === 'record-captured' ? 'captured' : 'voided',
      reason: 'operator-resolved',
    };
  }

  /** The rest goes back under the authorisation's own number: it is given back at most once. */
  async #voidRest(reason: string): Promise<void> {
    this.#journey.enter('voiding');
    while (this.#remaining > 0n && !this.#isClosed) {
      const { outcome, refusal } = await this.#steps.run(() =>
        this.#step({
          kind: 'void',
          partnerNo: this.#input.partnerReferenceNo,
          amount: moneyOf(this.#remaining),
          closes: true,
          reason,
        }),
      );
      if (outcome !== 'rejected') return;
      const { decision } = await this.#journey.park({
        reason: `DOKU refuses to give the rest back: ${refusal}`,
        check: [`Look up what is still held of ${this.#input.partnerReferenceNo} at DOKU.`],
        decisions: ['try-again', 'record-voided'],
      });
      if (decision === 'record-voided') {
        this.#voided += this.#remaining;
        this.#isClosed = true;
      }
    }
  }

  #capture(argument: { partnerCaptureNo: string; amount?: Money | undefined; last: boolean }) {
    const { partnerCaptureNo, amount, last } = argument;
    return this.#once(`capture ${partnerCaptureNo}`, amount, (sized) => ({
      kind: 'capture',
      partnerNo: partnerCaptureNo,
      amount: sized,
      closes: last,
      reason: this.#input.title,
    }));
  }

  #void(argument: { partnerVoidNo: string; amount?: Money | undefined; reason: string }) {
    const { partnerVoidNo, amount, reason } = argument;
    return this.#once(`void ${partnerVoidNo}`, amount, (sized) => ({
      kind: 'void',
      partnerNo: partnerVoidNo,
      amount: sized,
      closes: false,
      reason,
    }));
  }

  #once(key: string, amount: Money | undefined, stepOf: (amount: Money) => Step) {
    const asked =
      this.#asked.get(key) ??
      this.#steps.run(async () => {
        const sen = amount ? senOf(amount.value) : this.#remaining;
        // Others may have come first while this one waited for its turn.
        if (this.#isClosed || sen === 0n || sen > this.#remaining)
          return this.#rejected(moneyOf(sen), 'above what remains');
        return this.#step(stepOf(moneyOf(sen)));
      });
    this.#asked.set(key, asked);
    return asked;
  }

  async #step(step: Step): Promise<StepResult> {
    const truth = this.#truthOf(step.partnerNo, step.amount);
    const proven = await sendUntilProven(
      {
        name: `${step.kind === 'capture' ? 'Capture' : 'Void'} ${step.partnerNo}`,
        send: () => this.#send(step),
        ask: () => truth.ask(),
        isUndone: (fact) => fact.status === 'absent',
      },
      this.#journey.story,
    );
    if (proven.kind === 'refused') return this.#rejected(step.amount, proven.refusal);
    const fact: Known<HistoryFact> | undefined =
      proven.kind === 'known'
        ? proven.fact
        : await truth.park(`what became of ${step.kind} ${step.partnerNo} could not be proven`);
    if (fact?.status !== 'success') return this.#rejected(step.amount, fact?.status ?? 'unproven');
    return this.#done(step);
  }

  #send(step: Step): Promise<Move<null>> {
    const { customerId, partnerReferenceNo } = this.#input;
    const key: AuthorizationKey = {
      partnerReferenceNo,
      customerId,
      referenceNo: this.#referenceNo ?? partnerReferenceNo,
    };
    const summary = `${step.kind === 'capture' ? 'Capture' : 'Void'} ${step.partnerNo}, ${written(step.amount)}`;
    return step.kind === 'capture'
      ? moves.capturePayment.executeWithOptions({ summary }, [
          {
            ...key,
            partnerCaptureNo: step.partnerNo,
            captureAmount: step.amount,
            title: this.#input.title,
            isLast: step.closes,
          },
        ])
      : moves.voidPayment.executeWithOptions({ summary }, [
          { ...key, partnerVoidNo: step.partnerNo, voidAmount: step.amount, reason: step.reason },
        ]);
  }

  #done(step: Step): StepResult {
    const sen = senOf(step.amount.value);
    this.#proven.push({ kind: step.kind, partnerNo: step.partnerNo });
    if (step.kind === 'capture') {
      this.#captured += sen;
      // DOKU gives the rest back by itself.
      if (step.closes) this.#voided += this.#remaining;
    } else {
      this.#voided += sen;
    }
    if (step.closes || this.#remaining === 0n) this.#isClosed = true;
    return {
      outcome: step.kind === 'capture' ? 'captured' : 'voided',
      amount: step.amount.value,
      remaining: moneyOf(this.#remaining).value,
    };
  }

  #rejected(amount: Money, refusal: string): StepResult {
    const remaining = moneyOf(this.#remaining).value;
    return { outcome: 'rejected', amount: amount.value, remaining, refusal };
  }

  #truthOf(partnerReferenceNo: string, amount: Money): Truth<HistoryFact> {
    const { customerId } = this.#input;
    return new Truth<HistoryFact>({
      journey: this.#journey,
      name: 'Transaction History',
      ask: (sent, limit) =>
        history.queryHistory.executeWithOptions(
          { summary: `Transaction History of ${partnerReferenceNo}`, ...limit },
          [{ partnerReferenceNo, customerId, since: this.#startedAt, ...(sent && { sent }) }],
        ),
      amount: amount.value,
      check: `Look up ${partnerReferenceNo} in DOKU's back office.`,
      records: { 'record-done': { status: 'success' }, 'record-undone': { status: 'absent' } },
    });
  }

  async #whenAuthorized(): Promise<AuthorizedPurchaseView> {
    await condition(() => this.#captureBy > 0 || this.#journey.result !== undefined);
    if (this.#captureBy > 0) return this.#view();
    const result = await this.#journey.ended();
    throw journeyEnded(`nothing is held: ${result.reason ?? result.outcome}`, result);
  }

  #validate(key: string, amount: Money | undefined): void {
    if (this.#asked.has(key)) return;
    const { status } = this.#journey;
    if (status !== 'authorized' || this.#isClosed || this.#isToVoid) {
      throw ApplicationFailure.nonRetryable(
        `nothing to take from: it is ${status}`,
        notNowError.type,
      );
    }
    if (amount && senOf(amount.value) > this.#remaining) {
      throw ApplicationFailure.nonRetryable(
        `amount.value: above what remains, ${moneyOf(this.#remaining).value}`,
        invalidInputError.type,
      );
    }
  }

  get #remaining(): bigint {
    return senOf(this.#input.amount.value) - this.#captured - this.#voided;
  }

  #view(): AuthorizedPurchaseView {
    const { status, attention, result } = this.#journey;
    return {
      partnerReferenceNo: this.#input.partnerReferenceNo,
      status,
      captured: moneyOf(this.#captured).value,
      voided: moneyOf(this.#voided).value,
      remaining: moneyOf(this.#remaining).value,
      steps: this.#proven,
      ...(this.#captureBy && { captureBy: new Date(this.#captureBy).toISOString() }),
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}
