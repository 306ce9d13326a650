/**
 * What a merchant's backend imports: `import { DokuJourneys } from 'doku-journeys'`.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { Journeys } from './journeys.js';
import { OpenAccountJourney } from './open-account.js';
import { PurchaseJourney } from './purchase.js';

export interface DokuJourneysOptions {
  /** A Temporal client whose data converter has the worker's payload codec (`doku-journeys/encryption`). */
  readonly client: Client;
  /** The workers' task queue. Default `doku-journeys`. */
  readonly taskQueue?: string;
}

/** The journeys of DOKU Wallet, typed, idempotent by business ID. */
export class DokuJourneys {
  readonly openAccount: OpenAccountJourney;
  readonly purchase: PurchaseJourney;

  constructor({ client, taskQueue = 'doku-journeys' }: DokuJourneysOptions) {
    const journeys = new Journeys(client, taskQueue);
    this.openAccount = new OpenAccountJourney(journeys);
    this.purchase = new PurchaseJourney(journeys);
  }
}

export type { Money } from '../workflows/money.js';
export type { Attention, KnownFact, Resolution } from '../workflows/needs-attention-contract.js';
export type {
  NextStep,
  OpenAccountInput,
  OpenAccountOutcome,
  OpenAccountResult,
  OpenAccountStatus,
  OpenAccountView,
} from '../workflows/open-account-contract.js';
export type { EnterOtp, OtpAnswer } from '../workflows/otp-contract.js';
export type {
  PurchaseDecision,
  PurchaseEndReason,
  PurchaseInput,
  PurchaseOutcome,
  PurchaseRedirect,
  PurchaseResult,
  PurchaseStatus,
  PurchaseView,
} from '../workflows/purchase-contract.js';
export {
  InputMismatchError,
  InvalidInputError,
  JourneyEndedError,
  NotNowError,
  UnknownJourneyError,
} from './errors.js';
export { OpenAccountJourney, type OpeningKey } from './open-account.js';
export { PurchaseJourney } from './purchase.js';
