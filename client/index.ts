/**
 * What a merchant's backend imports: `import { DokuJourneys } from 'doku-journeys'`.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import * as z from 'zod';
import { AuthorizedPurchaseJourney } from './authorized-purchase.js';
import { BankTransferJourney } from './bank-transfer.js';
import { assertReady } from './check.js';
import { CloseAccountJourney } from './close-account.js';
import { Events } from './events.js';
import { OpenAccountJourney } from './open-account.js';
import { Operators } from './operators.js';
import { PurchaseJourney } from './purchase.js';
import { Reads } from './reads.js';
import { Reconciliations } from './reconciliation.js';
import { RefundJourney } from './refund.js';
import { checked } from './temporal/checked.js';
import { answerWithinSchema, type CallOptions } from './temporal/in-time.js';
import { Journeys } from './temporal/journeys.js';
import { taskQueueSchema } from './temporal/task-queue.js';
import { TopUpJourney } from './top-up.js';
import { TopUpBatchJourney } from './top-up-batch.js';

export interface DokuJourneysOptions {
  /**
   * A Temporal client whose data converter has the worker's payload codec (`doku-journeys/encryption`). Of `Connection.lazy`: a
   * Temporal that is away is told by `check()` and by each call then, as all else is; `Connection.connect` throws the SDK's own.
   */
  readonly client: Client;
  /** The workers' task queue. Default `doku-journeys`. */
  readonly taskQueue?: string;
  /**
   * Milliseconds that a call may take whose caller names no deadline ({@link CallOptions}). Default 90,000; `Infinity`: as long
   * as its answer takes, however long the workers are away, and for as long as Temporal's SDK tries where Temporal is.
   */
  readonly answerWithinMs?: number;
}

const optionsSchema = z.object({
  client: z.custom<Client>(isClient, 'must be a Client of @temporalio/client'),
});

/** By what it has: a backend may have another copy of its class. */
function isClient(given: unknown): boolean {
  const { connection, workflow, options } = (given ?? {}) as Partial<Client>;
  return [connection, workflow, options].every((part) => typeof part === 'object' && part !== null);
}

/**
 * The journeys of DOKU Wallet, typed, idempotent by business ID. Every call takes a deadline and a signal last
 * ({@link CallOptions}), and throws nothing but what extends {@link DokuJourneysError}.
 */
export class DokuJourneys {
  readonly openAccount: OpenAccountJourney;
  readonly closeAccount: CloseAccountJourney;
  readonly purchase: PurchaseJourney;
  readonly refund: RefundJourney;
  readonly authorizedPurchase: AuthorizedPurchaseJourney;
  readonly topUp: TopUpJourney;
  readonly topUpBatch: TopUpBatchJourney;
  readonly bankTransfer: BankTransferJourney;
  readonly reads: Reads;
  readonly reconciliation: Reconciliations;
  readonly events: Events;
  readonly operators: Operators;
  readonly #check: (options: CallOptions) => Promise<void>;

  /** @throws InvalidInputError for a task queue that cannot be the workers', or a time that is none. */
  constructor(options: DokuJourneysOptions) {
    const { client } = checked(optionsSchema, options, 'options');
    const taskQueue = checked(taskQueueSchema, options.taskQueue, 'taskQueue');
    const answerWithinMs = checked(answerWithinSchema, options.answerWithinMs, 'answerWithinMs');
    const journeys = new Journeys(client, taskQueue, answerWithinMs);
    this.openAccount = new OpenAccountJourney(journeys);
    this.closeAccount = new CloseAccountJourney(journeys);
    this.purchase = new PurchaseJourney(journeys);
    this.refund = new RefundJourney(journeys);
    this.authorizedPurchase = new AuthorizedPurchaseJourney(journeys);
    this.topUp = new TopUpJourney(journeys);
    this.topUpBatch = new TopUpBatchJourney(journeys);
    this.bankTransfer = new BankTransferJourney(journeys);
    this.reads = new Reads(journeys);
    this.reconciliation = new Reconciliations(journeys);
    this.events = new Events({ client, journeys, taskQueue });
    this.operators = new Operators(client, taskQueue, answerWithinMs);
    this.#check = (call) => assertReady({ client, journeys, taskQueue }, call);
  }

  /**
   * Looks at what the first order will need: Temporal and its namespace, the search attributes, workers on the task queue, and
   * that they and this backend can read one another. For the start of a backend; seconds at most.
   *
   * @throws NotReadyError saying what is wrong, and what to do.
   */
  async check(options: CallOptions = {}): Promise<void> {
    await this.#check(options);
  }
}

export type {
  AuthorizedPurchaseInput,
  AuthorizedPurchaseOutcome,
  AuthorizedPurchaseResult,
  AuthorizedPurchaseView,
  StepResult,
} from '../contract/authorized-purchase.js';
export type {
  BankTransferInput,
  BankTransferOutcome,
  BankTransferResult,
  BankTransferView,
  BeneficiaryView,
} from '../contract/bank-transfer.js';
export type {
  CloseAccountInput,
  CloseAccountOutcome,
  CloseAccountResult,
  CloseAccountView,
  ClosingStep,
} from '../contract/close-account.js';
export type { EventData, EventPage, JourneyEvent } from '../contract/event.js';
export type { FieldIssue } from '../contract/issues.js';
export type { Money } from '../contract/money.js';
export type { Attention, KnownFact, Resolution } from '../contract/needs-attention.js';
export type {
  NextStep,
  OpenAccountInput,
  OpenAccountOutcome,
  OpenAccountResult,
  OpenAccountStatus,
  OpenAccountView,
} from '../contract/open-account.js';
export type { EnterOtp, OtpAnswer } from '../contract/otp.js';
export type {
  PurchaseDecision,
  PurchaseEndReason,
  PurchaseInput,
  PurchaseOutcome,
  PurchaseRedirect,
  PurchaseResult,
  PurchaseStatus,
  PurchaseView,
} from '../contract/purchase.js';
export type {
  AccountView,
  Balance,
  BankAccountView,
  HistoryEntry,
} from '../contract/reads.js';
export type {
  Mismatch,
  ReconciliationCounts,
  ReconciliationResult,
  ReconciliationView,
} from '../contract/reconciliation.js';
export type {
  RefundInput,
  RefundOutcome,
  RefundRejection,
  RefundResult,
  RefundView,
} from '../contract/refund.js';
export type {
  TopUpInput,
  TopUpOutcome,
  TopUpResult,
  TopUpView,
} from '../contract/top-up.js';
export type {
  TopUpBatchCounts,
  TopUpBatchOutcome,
  TopUpBatchResult,
  TopUpBatchView,
  TopUpRow,
  TopUpRowResult,
} from '../contract/top-up-batch.js';
export { AuthorizedPurchaseJourney } from './authorized-purchase.js';
export { BankTransferJourney } from './bank-transfer.js';
export { CloseAccountJourney, type ClosingKey } from './close-account.js';
export {
  AbortedError,
  type Breakage,
  CustomerNotBoundError,
  DeadlineExceededError,
  DokuJourneysError,
  InputMismatchError,
  InvalidInputError,
  InvalidRowsError,
  InvalidSettingError,
  JourneyBrokenError,
  JourneyEndedError,
  JourneyUnreadableError,
  NeedsAttentionError,
  NotAnsweredError,
  NotNowError,
  NotReadyError,
  NoWorkerError,
  type Obstacle,
  type Orders,
  PayloadKeyError,
  RefusedError,
  type RowMistake,
  TemporalRefusedError,
  TemporalUnreachableError,
  TooManyWaitingError,
  UnexpectedAnswerError,
  UnknownJourneyError,
} from './errors.js';
export { type EventListOptions, Events } from './events.js';
export { OpenAccountJourney, type OpeningKey } from './open-account.js';
export {
  type BulkAction,
  type BulkOptions,
  type BulkProgress,
  Operators,
  type Selection,
} from './operators.js';
export { PurchaseJourney } from './purchase.js';
export { Reads } from './reads.js';
export { type Period, Reconciliations } from './reconciliation.js';
export { reconciliationCsv, reconciliationPage } from './reconciliation-report.js';
export { RefundJourney } from './refund.js';
export type { CallOptions } from './temporal/in-time.js';
export { TopUpJourney } from './top-up.js';
export { type TopUpBatch, TopUpBatchJourney, type TopUpBatchPart } from './top-up-batch.js';
