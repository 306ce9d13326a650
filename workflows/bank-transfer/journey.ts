import { ApplicationFailure, condition, proxyActivities, sleep } from '@temporalio/workflow';
import type { BankTransferActivities, Beneficiary } from '../../activities/bank-transfer.js';
import type { HistoryActivities, HistoryFact } from '../../activities/history.js';
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
} from '../../contract/bank-transfer.js';
import { durationMs } from '../../contract/duration.js';
import { invalidInputError, notNowError } from '../../contract/errors.js';
import { written } from '../../contract/money.js';
import { parsed } from '../mechanisms/bad-input.js';
import { HISTORY_QUESTION, MOVE, QUESTION } from '../mechanisms/call-options.js';
import { journeyEnded } from '../mechanisms/ended-error.js';
import { assertSameInput } from '../mechanisms/input-digest.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { toldOf } from '../mechanisms/told.js';
import { Truth } from '../mechanisms/truth.js';

const moves = proxyActivities<Pick<BankTransferActivities, 'sendTransfer'>>(MOVE);
const inquiries = proxyActivities<Pick<BankTransferActivities, 'inquireBeneficiary'>>(QUESTION);
const history = proxyActivities<Pick<HistoryActivities, 'queryHistory'>>(HISTORY_QUESTION);

/** A request that reached nobody is sent again, but not a day after the customer confirmed it. */
const SEND_WITHIN_MS = 24 * 3_600_000;
const LONGEST_PAUSE_MS = 60_000;
/** DOKU's books may lag behind a payment: looked at again after these pauses before an operator is asked. */
const HISTORY_PAUSES_MS = [1_000, 4_000, 15_000];

/**
 * The bank transfer journey: Bank Account Inquiry → the customer confirms the name → Payment. DOKU has no status query
 * for it, so a lost answer is looked up in its history, and never sent again on a guess. Contract:
 * `contract/bank-transfer.ts`.
 */
export async function bankTransfer(input: BankTransferInput): Promise<BankTransferResult> {
  return new BankTransfer(parsed(bankTransferInputSchema, input, 'input')).run();
}

type End = Pick<BankTransferResult, 'outcome' | 'reason'>;

class BankTransfer {
  readonly #input: ParsedBankTransferInput;
  readonly #journey: Journey<BankTransferStatus, BankTransferResult>;
  readonly #truth: Truth<HistoryFact>;
  #beneficiary: Beneficiary | undefined;
  #confirmBy = 0;
  #isConfirmed = false;
  #isAbandoned = false;
  #referenceNo: string | undefined;
  #sentAt = '';
  #isToSendAgain = false;

  constructor(input: ParsedBankTransferInput) {
    this.#input = input;
    const { partnerReferenceNo, customerId, amount } = input;
    this.#journey = new Journey<BankTransferStatus, BankTransferResult>(
      `Bank transfer ${partnerReferenceNo}, ${written(amount)}`,
      'inquiring',
      { customerId, partnerReferenceNo },
    );
    this.#truth = new Truth<HistoryFact>({
      journey: this.#journey,
      name: 'Transaction History',
      ask: (sent, limit) =>
        history.queryHistory.executeWithOptions(
          { summary: `Transaction History of ${partnerReferenceNo}`, ...limit },
          [
            {
              partnerReferenceNo,
              customerId,
              since: this.#sentAt,
              isTransfer: true,
              ...(sent && { sent }),
            },
          ],
        ),
      amount: amount.value,
      check: `Look up ${partnerReferenceNo} in DOKU's back office, and the wallet's debits: did it go out?`,
      records: {
        'record-completed': { status: 'success' },
        'record-failed': { status: 'closed' },
      },
      actions: {
        // An operator who has seen that DOKU never had it; the same reference keeps it from going out twice.
        'send-again': () => {
          this.#isToSendAgain = true;
        },
      },
    });
    onQuery(bankTransferStatusQuery, () => this.#view());
    onUpdate(beneficiaryUpdate, () => this.#whose(), {
      validator: (argument?: unknown) => assertSameInput(argument, 'beneficiary'),
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
          ...end,
        };
      },
      () => {
        this.#isAbandoned = true;
      },
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const refused = await this.#inquire();
    if (refused) return refused;
    await this.#awaitConfirmation();
    if (!this.#isConfirmed) {
      return {
        outcome: 'abandoned',
        reason: this.#isAbandoned ? 'given up' : 'the name was not confirmed in time',
      };
    }
    return this.#send();
  }

  /** @returns the end, if there is no such account or DOKU does not answer: nothing has moved. */
  async #inquire(): Promise<End | undefined> {
    const { partnerReferenceNo, customerId, amount, ...account } = this.#input;
    const { beneficiaryAccountNumber, beneficiaryBankCode } = account;
    const asked = await interruptible(
      () =>
        inquiries.inquireBeneficiary.executeWithOptions(
          { summary: `Bank Account Inquiry, account …${beneficiaryAccountNumber.slice(-4)}` },
          [
            {
              partnerReferenceNo,
              customerId,
              amount,
              beneficiaryAccountNumber,
              beneficiaryBankCode,
            },
          ],
        ),
      () => this.#isAbandoned,
    );
    if (asked.kind === 'interrupted') return { outcome: 'abandoned', reason: 'given up' };
    if (asked.kind === 'failed') return { outcome: 'failed', reason: 'no-answer' };
    if (asked.value.kind === 'refused') {
      this.#journey.story.tell(`Bank Account Inquiry refused: ${asked.value.refusal}`);
      return { outcome: 'failed', reason: asked.value.refusal };
    }
    this.#beneficiary = asked.value.response;
    return undefined;
  }

  async #awaitConfirmation(): Promise<void> {
    const within = durationMs(this.#input.confirmWithin);
    this.#confirmBy = Date.now() + within;
    this.#journey.enter('awaiting-confirmation');
    await condition(() => this.#isConfirmed || this.#isAbandoned, within);
  }

  async #send(): Promise<End> {
    this.#journey.enter('sending');
    this.#sentAt = new Date().toISOString();
    const giveUpAt = Date.now() + SEND_WITHIN_MS;
    for (let pause = 1_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const answer = await this.#sendOnce();
      switch (answer.kind) {
        case 'accepted':
          this.#referenceNo = answer.response.referenceNo;
          return { outcome: 'completed' };
        case 'refused':
          return { outcome: 'failed', reason: answer.refusal };
        case 'not-sent':
          if (Date.now() >= giveUpAt) return { outcome: 'failed', reason: 'DOKU is out of reach' };
          await sleep(pause, { summary: 'before Payment is sent' });
          break;
        case 'doubtful': {
          const end = await this.#prove();
          if (end) return end;
          break;
        }
        default:
          return answer satisfies never;
      }
    }
  }

  async #sendOnce() {
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
        },
      ],
    );
    this.#journey.story.tell(`Payment: ${toldOf(answer)}`);
    return answer;
  }

  /** @returns the end that DOKU's history or an operator's word proves; nothing where an operator wants it sent again. */
  async #prove(): Promise<End | undefined> {
    for (let looks = 0; ; ) {
      const fact = await this.#truth.ask();
      if (this.#isToSendAgain) break;
      if (fact.status === 'success') return { outcome: 'completed' };
      if (fact.status === 'closed' || fact.status === 'cancelled')
        return { outcome: 'failed', reason: fact.status };
      const pause = HISTORY_PAUSES_MS[looks++];
      if (pause !== undefined) {
        await sleep(pause, { summary: "before DOKU's history is read again" });
      } else if (fact.status === 'open') {
        // DOKU works on it: rarely asked, for as long as it takes.
        await sleep(15 * 60_000, { summary: "before DOKU's history is read again" });
      } else {
        const reason = "Payment got no clear answer, and DOKU's history does not have it";
        await this.#truth.park(reason);
        if (this.#isToSendAgain) break;
        looks = 0;
      }
    }
    this.#isToSendAgain = false;
    return undefined;
  }

  async #whose(): Promise<BeneficiaryView> {
    await condition(() => this.#confirmBy > 0 || this.#journey.result !== undefined);
    const view = this.#beneficiaryView();
    if (view) return view;
    const result = await this.#journey.ended();
    throw journeyEnded(`the transfer ended ${result.outcome}: ${result.reason ?? ''}`, result);
  }

  #confirm(): BankTransferView {
    this.#isConfirmed = true;
    return this.#view();
  }

  #validateConfirm(argument: unknown): void {
    const { beneficiaryAccountName } = parsed(confirmSchema, argument, 'confirm');
    if (this.#isConfirmed) return;
    if (this.#journey.status !== 'awaiting-confirmation' || this.#isAbandoned) {
      throw ApplicationFailure.nonRetryable(
        `there is nothing to confirm: the transfer is ${this.#journey.status}`,
        notNowError.type,
      );
    }
    if (beneficiaryAccountName !== this.#beneficiary?.beneficiaryAccountName) {
      throw ApplicationFailure.nonRetryable(
        'confirm.beneficiaryAccountName: is not the name that the inquiry gave',
        invalidInputError.type,
      );
    }
  }

  async #abandon(): Promise<BankTransferResult> {
    this.#isAbandoned = true;
    return this.#journey.ended();
  }

  #refuseOnceConfirmed(): void {
    if (this.#isConfirmed)
      throw ApplicationFailure.nonRetryable('confirmed already: the money moves', notNowError.type);
  }

  #beneficiaryView(): BeneficiaryView | undefined {
    if (!this.#beneficiary || this.#confirmBy === 0) return undefined;
    const { beneficiaryAccountName, beneficiaryBankName } = this.#beneficiary;
    return {
      beneficiaryAccountName,
      ...(beneficiaryBankName && { beneficiaryBankName }),
      confirmBy: new Date(this.#confirmBy).toISOString(),
    };
  }

  #view(): BankTransferView {
    const { status, attention, result } = this.#journey;
    const beneficiary = this.#beneficiaryView();
    return {
      partnerReferenceNo: this.#input.partnerReferenceNo,
      status,
      ...(beneficiary && { beneficiary }),
      ...(attention && { attention }),
      ...(result && { result }),
    };
  }
}
