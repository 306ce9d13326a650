import { ApplicationFailure, condition, patched, proxyActivities } from '@temporalio/workflow';
import type { BankTransferActivities, Beneficiary } from '../../activities/bank-transfer.js';
import type { HistoryFact, HistoryQuestion } from '../../activities/history.js';
import {
  abandonTransferUpdate,
  type BankTransferInput,
  type BankTransferResult,
  type BankTransferStatus,
  type BankTransferView,
  type BeneficiaryView,
  bankTransferInputSchema,
  bankTransferStatusQuery,
  beneficiaryUpdate,
  confirmSchema,
  confirmUpdate,
  type ParsedBankTransferInput,
  transferNotifiedSignal,
} from '../../contract/bank-transfer.js';
import { durationMs } from '../../contract/duration.js';
import { notNowError } from '../../contract/errors.js';
import { written } from '../../contract/money.js';
import { invalidInput, parsed } from '../mechanisms/bad-input.js';
import { MOVE } from '../mechanisms/call-options.js';
import { journeyEnded } from '../mechanisms/ended-error.js';
import { HistoryTruth } from '../mechanisms/history-truth.js';
import { sameInputAs } from '../mechanisms/input-digest.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onSignal, onUpdate } from '../mechanisms/messages.js';
import { assertNow } from '../mechanisms/not-now.js';
import { otherAmount } from '../mechanisms/other-amount.js';
import { refusedWith } from '../mechanisms/refused-with.js';
import { Repeats } from '../mechanisms/repeats.js';
import { RunOfMove } from '../mechanisms/run-of-move.js';
import { NO_MORE_SENT } from '../mechanisms/stop-words.js';
import { toldOf } from '../mechanisms/told.js';
import type { AsShown, Known } from '../mechanisms/truth.js';
import { sendAsBefore } from './as-before.js';
import { ANOTHERS, type End, endOf } from './ends.js';
import { inquire } from './inquiry.js';
import { acceptedTransfer, type PaymentAnswer, sendTransfer } from './sending.js';

const moves = proxyActivities<Pick<BankTransferActivities, 'sendTransfer'>>(MOVE);

/** How far back DOKU's history is read for what an earlier run of the journey may have sent. */
const MEMORY_MS = 27 * 86_400_000;

/**
 * The bank transfer journey: Bank Account Inquiry → the customer confirms the name → Payment. DOKU has no status query
 * for it, so a lost answer is looked up in its history, and never sent again. Contract: `contract/bank-transfer.ts`.
 */
export async function bankTransfer(input: BankTransferInput): Promise<BankTransferResult> {
  return new BankTransfer(parsed(bankTransferInputSchema, input, 'input')).run();
}

class BankTransfer {
  readonly #input: ParsedBankTransferInput;
  readonly #journey: Journey<BankTransferStatus, BankTransferResult>;
  readonly #truth: HistoryTruth;
  readonly #run = new RunOfMove();
  readonly #repeats = new Repeats();
  readonly #startedAt = Date.now();
  #beneficiary: Beneficiary | undefined;
  /** The wallet that was to pay, whatever the customer has bound since. */
  #accountId: string | undefined;
  #isLaterRun = false;
  #confirmBy = 0;
  /** Milliseconds since the epoch. */
  #confirmedAt: number | undefined;
  #isAbandoned = false;
  #isOver = false;
  /** DOKU has the number with other particulars. */
  #isUsedOtherwise = false;
  #referenceNo: string | undefined;

  constructor(input: ParsedBankTransferInput) {
    this.#input = input;
    const { partnerReferenceNo, customerId, amount } = input;
    this.#journey = new Journey<BankTransferStatus, BankTransferResult>(
      `Bank transfer ${partnerReferenceNo}, ${written(amount)}`,
      'inquiring',
      { customerId, partnerReferenceNo, amount },
    );
    this.#truth = new HistoryTruth({
      journey: this.#journey,
      question: () => this.#question(),
      amount: amount.value,
      check: this.#check(),
      records: { 'record-completed': { status: 'success' }, 'record-failed': { status: 'closed' } },
      // DOKU's word is of another transfer then, so that it contradicts nobody.
      actions: { 'record-used-otherwise': () => ANOTHERS },
      canAct: () => this.#isUsedOtherwise,
      asShown: (fact) => this.#asShown(fact),
      read: (fact) => (fact.status === 'cancelled' ? { ...fact, status: 'closed' } : fact),
    });
    this.#handle();
  }

  #handle(): void {
    const assertSameInput = sameInputAs(this.#input);
    onQuery(bankTransferStatusQuery, () => this.#view());
    onUpdate(beneficiaryUpdate, () => this.#whose(), {
      validator: (argument?: unknown) => {
        assertSameInput(argument, 'beneficiary');
        const view = this.#beneficiaryView();
        if (!view || this.#journey.result) return;
        assertNow(
          this.#isAwaited || this.#confirmedAt !== undefined,
          'the name is not to be confirmed any more',
        );
        this.#repeats.check(view);
      },
      description: 'Whose account it is',
    });
    onUpdate(confirmUpdate, () => this.#confirm(), {
      validator: (argument) => this.#validateConfirm(argument),
      description: 'The customer confirmed the name',
    });
    onUpdate(abandonTransferUpdate, () => this.#abandon(), {
      validator: () => this.#refuseOnceConfirmed(),
      description: 'The customer gave up',
    });
    onSignal(transferNotifiedSignal, () => this.#truth.nudge());
  }

  run(): Promise<BankTransferResult> {
    return this.#journey.run(
      async () => {
        const end = await this.#steps();
        const referenceNo = this.#referenceNo ?? this.#truth.referenceNo;
        return {
          partnerReferenceNo: this.#input.partnerReferenceNo,
          amount: this.#input.amount,
          ...(referenceNo && { referenceNo }),
          ...(this.#accountId && { accountId: this.#accountId }),
          ...end,
        };
      },
      () => {
        this.#isAbandoned = true;
      },
      () => NO_MORE_SENT,
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const refused = await this.#inquire();
    if (refused) return this.#unlessMoved(refused);
    const before = await this.#endBefore();
    if (before) return before;
    await this.#awaitConfirmation();
    if (this.#confirmedAt !== undefined) return this.#send();
    const reason = this.#isAbandoned ? 'given up' : 'the name was not confirmed in time';
    return this.#unlessMoved({ outcome: 'abandoned', reason });
  }

  /**
   * Before it is said that nothing moved: an earlier run of this journey may have been told more, and may have sent
   * (money rule 6).
   */
  async #unlessMoved(end: End): Promise<End> {
    this.#isOver = true;
    if (!patched('earlier-runs-are-asked-about')) return end;
    return (await this.#endOfEarlier()) ?? end;
  }

  /** What DOKU shows of an earlier run is not asked of the customer again. What it does not show yet, it is asked before a send. */
  async #endBefore(): Promise<End | undefined> {
    if (!this.#isLaterRun || !patched('asks-before-confirmation')) return undefined;
    const { status } = (await this.#truth.look()) ?? { status: 'absent' };
    return status === 'absent' || status === 'other' ? undefined : this.#endOfEarlier();
  }

  async #endOfEarlier(): Promise<End | undefined> {
    this.#journey.doubt(true);
    const fact = await this.#earlier();
    this.#journey.doubt(false);
    return fact && endOf(fact);
  }

  /** What DOKU has of a request that this run has not sent. */
  #earlier(): Promise<Known<HistoryFact> | undefined> {
    const since = new Date(this.#startedAt - MEMORY_MS).toISOString();
    return this.#truth.earlier(this.#run.argument, since);
  }

  /** @returns the end, if there is no such account or DOKU does not answer: nothing has moved. */
  async #inquire(): Promise<End | undefined> {
    const asked = await inquire(this.#input, this.#run.argument, () => this.#isAbandoned);
    if ('outcome' in asked) {
      this.#journey.story.tell(`Bank Account Inquiry: ${asked.reason}`);
      this.#accountId = asked.accountId;
      return asked;
    }
    this.#beneficiary = asked.beneficiary;
    this.#accountId = asked.beneficiary.customerNumber;
    this.#isLaterRun = asked.isLaterRun;
    return undefined;
  }

  async #awaitConfirmation(): Promise<void> {
    const within = durationMs(this.#input.confirmWithin);
    this.#confirmBy = Date.now() + within;
    this.#journey.enter('awaiting-confirmation');
    await condition(() => this.#confirmedAt !== undefined || this.#isAbandoned, within);
  }

  async #send(): Promise<End> {
    this.#journey.enter('sending');
    const first = await this.#sendOnce();
    if (first.kind === 'accepted') return endOf(await acceptedTransfer(this.#truth));
    const journey = this.#journey;
    const send = () => this.#sendOnce();
    if (!patched('transfer-proven-by-history')) {
      const [amount, check] = [this.#input.amount.value, this.#check()];
      const question = () => this.#question();
      return sendAsBefore({ journey, send, question, amount, check }, first);
    }
    const isStopped = () => this.#isAbandoned;
    const earlier = () => this.#earlier();
    const sending = { journey, truth: this.#truth, send, isStopped, earlier };
    const proven = await sendTransfer(sending, first);
    switch (proven.kind) {
      case 'known':
        return endOf(proven.fact);
      case 'refused':
        return this.#unlessMoved({
          outcome: 'failed',
          reason: proven.refusal,
          ...refusedWith(proven),
        });
      case 'stopped':
        return this.#unlessMoved({ outcome: 'abandoned', reason: 'given up' });
      case 'unproven':
        return this.#unlessMoved({ outcome: 'failed', reason: 'DOKU is out of reach' });
      default:
        return proven satisfies never;
    }
  }

  async #sendOnce(): Promise<PaymentAnswer> {
    const { partnerReferenceNo, customerId, amount, beneficiaryAccountNumber } = this.#input;
    const { beneficiaryBankName, ...beneficiary } = this.#beneficiary as Beneficiary;
    const answer = await moves.sendTransfer.executeWithOptions(
      { summary: `Payment ${partnerReferenceNo}, ${written(amount)}` },
      [
        {
          ...beneficiary,
          partnerReferenceNo,
          customerId,
          amount,
          beneficiaryAccountNumber,
          beneficiaryBankCode: this.#input.beneficiaryBankCode,
          ...this.#run.argument,
        },
      ],
    );
    this.#journey.story.tell(`Payment: ${toldOf(answer)}`);
    this.#isUsedOtherwise ||= answer.kind === 'doubtful' && answer.isOtherwise === true;
    if (answer.kind === 'accepted') this.#referenceNo = answer.response.referenceNo;
    return this.#run.noted(answer);
  }

  /** What DOKU has carried out in another amount is this one, unless DOKU said that it is another transfer. */
  #asShown(fact: HistoryFact): AsShown<HistoryFact> | undefined {
    const amount = otherAmount(this.#input.amount, fact);
    const { accountId } = fact;
    return amount !== undefined && !this.#isUsedOtherwise
      ? { amount, fact: { status: 'success', amount, ...(accountId && { accountId }) } }
      : undefined;
  }

  #question(): HistoryQuestion {
    const { partnerReferenceNo, customerId, amount } = this.#input;
    const since = new Date(this.#startedAt).toISOString();
    return {
      partnerReferenceNo,
      customerId,
      ...(this.#accountId && { accountId: this.#accountId }),
      since,
      isTransfer: true,
      kind: 'transfer',
      unnamed: { amount: amount.value, since },
    };
  }

  #check(): string {
    return `Look up ${this.#input.partnerReferenceNo} in DOKU's back office, and the wallet's debits: did it go out?`;
  }

  async #whose(): Promise<BeneficiaryView> {
    if (this.#confirmBy > 0) this.#repeats.taken();
    await condition(() => this.#confirmBy > 0 || this.#journey.result !== undefined);
    const { result } = this.#journey;
    if (result)
      throw journeyEnded(`the transfer ended ${result.outcome}: ${result.reason ?? ''}`, result);
    return this.#beneficiaryView() as BeneficiaryView;
  }

  #confirm(): BankTransferView {
    if (this.#confirmedAt !== undefined) this.#repeats.taken();
    this.#confirmedAt ??= Date.now();
    return this.#view();
  }

  #validateConfirm(argument: unknown): void {
    const { beneficiaryAccountName } = parsed(confirmSchema, argument, 'confirm');
    const isConfirmed = this.#confirmedAt !== undefined;
    if (!isConfirmed) this.#journey.assertOpen();
    if (!isConfirmed && !this.#isAwaited)
      throw ApplicationFailure.nonRetryable(
        `there is nothing to confirm: ${this.#whyNotAwaited}`,
        notNowError.type,
      );
    if (beneficiaryAccountName !== this.#beneficiary?.beneficiaryAccountName) {
      throw invalidInput('confirm.beneficiaryAccountName', 'is not the name that the inquiry gave');
    }
    // Said again, as by whoever missed the first answer: that is no news, also of one that has ended since.
    if (isConfirmed) this.#repeats.check(this.#view());
  }

  async #abandon(): Promise<BankTransferResult> {
    this.#isAbandoned = true;
    this.#journey.noteStop();
    return this.#journey.ended();
  }

  #refuseOnceConfirmed(): void {
    // One that has ended answers by its result.
    if (this.#confirmedAt !== undefined && !this.#journey.result)
      throw ApplicationFailure.nonRetryable('confirmed already: the money moves', notNowError.type);
  }

  #beneficiaryView(): BeneficiaryView | undefined {
    const names = this.#names;
    return names && this.#confirmBy > 0
      ? { ...names, confirmBy: new Date(this.#confirmBy).toISOString() }
      : undefined;
  }

  get #names(): Omit<BeneficiaryView, 'confirmBy'> | undefined {
    if (!this.#beneficiary) return undefined;
    const { beneficiaryAccountName, beneficiaryBankName } = this.#beneficiary;
    return { beneficiaryAccountName, ...(beneficiaryBankName && { beneficiaryBankName }) };
  }

  /** Its status alone does not say so before the journey has come to its end. */
  get #whyNotAwaited(): string {
    if (this.#isAbandoned) return 'the transfer was given up';
    if (this.#journey.inDoubtSince) return 'it is not known yet whether it was confirmed before';
    if (this.#isOver) return 'the transfer comes to its end unconfirmed';
    return `the transfer is ${this.#journey.status}`;
  }

  /** Whether the customer may still confirm. */
  get #isAwaited(): boolean {
    const isAnswered = this.#confirmedAt !== undefined || this.#isAbandoned || this.#isOver;
    return this.#journey.status === 'awaiting-confirmation' && !isAnswered;
  }

  #view(): BankTransferView {
    const { status, inDoubtSince, attention, result } = this.#journey;
    const beneficiary = this.#isAwaited ? this.#beneficiaryView() : this.#names;
    return {
      partnerReferenceNo: this.#input.partnerReferenceNo,
      status,
      ...(this.#accountId && { accountId: this.#accountId }),
      ...(beneficiary && { beneficiary }),
      ...(this.#confirmedAt && { confirmedAt: new Date(this.#confirmedAt).toISOString() }),
      ...(inDoubtSince && { inDoubtSince }),
      ...this.#journey.stop,
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}
