/**
 * What a run does, as data: drawn from a seed, kept in a file, made smaller.
 *
 * @module
 */
import type { FaultName, OperationName } from '../../../sandbox/doku/faults.js';

export const JOURNEY_KINDS = [
  'purchase',
  'refund',
  'authorizedPurchase',
  'topUp',
  'topUpBatch',
  'bankTransfer',
  'openAccount',
  'closeAccount',
] as const;
export type JourneyKind = (typeof JOURNEY_KINDS)[number];

/** By which of a journey's numbers DOKU is made to recognise its requests. */
export type NumberRole = 'reference' | 'second' | 'account';

export interface PlannedFault {
  readonly operation: OperationName;
  readonly fault: FaultName;
  readonly when: 'before' | 'after';
  readonly times: number;
  readonly delayMs?: number;
  readonly of: NumberRole;
}

/** A temperament of the sandbox's, and whom it meets. */
export interface PlannedTemperament {
  readonly kind: string;
  readonly of: NumberRole;
  /** The rest of what `POST temperaments` is told. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether DOKU's books, as the merchant can see them, still tell what happened. */
  readonly isClear: boolean;
}

export const ACTS = [
  'repeat-start',
  'start-after-end',
  'start-changed',
  'poll',
  'say-again',
  'notify',
  'reload-return',
  'pay-again',
  'cancel',
  'refund-open',
  'temporal-cancel',
  'terminate',
  'terminate-child',
  'reset-first',
  'reset-last',
  'forget',
  'show',
] as const;
export type ActName = (typeof ACTS)[number];

/** What somebody besides the journey's own backend and customer does to it, or those two do once more. */
export interface PlannedAct {
  readonly act: ActName;
  readonly from: 'start' | 'end';
  readonly afterMs: number;
  readonly times: number;
}

/** How a journey goes where nothing disturbs it; each kind reads what is its own. */
export interface Course {
  readonly customer:
    | 'pays'
    | 'pays-at-the-last-second'
    | 'pays-after-the-cancel'
    | 'declines'
    | 'declines-and-returns'
    | 'pays-twice'
    | 'stays-away';
  readonly thinksMs: number;
  /** Whether the browser comes back to the shop. */
  readonly returns: boolean;
  readonly merchant: 'acknowledges' | 'stays-silent' | 'cancels';
  readonly actsAfterMs: number;
  readonly seconds: number;
  readonly acknowledgeSeconds?: number;
  /** Of refunds, captures or rows. */
  readonly parts: number;
  readonly settles: boolean;
  /** What an operator decides where the journey parks. */
  readonly operator: 'looks-up' | 'first' | 'last';
}

export interface JourneyPlan {
  /** Such as "topUp-17": in all its numbers, so that DOKU's books say whose they are. */
  readonly name: string;
  readonly kind: JourneyKind;
  readonly startsAtMs: number;
  readonly amount: string;
  readonly course: Course;
  readonly faults: readonly PlannedFault[];
  readonly temperaments: readonly PlannedTemperament[];
  readonly acts: readonly PlannedAct[];
}

export const UPHEAVALS = [
  'kill',
  'freeze',
  'replace-all',
  'restart-server',
  'restart-database',
  'all-gone',
  'maintenance',
  'token-lost',
] as const;
export type UpheavalName = (typeof UPHEAVALS)[number];

/** What happens to the machines, or to DOKU as a whole. */
export interface PlannedUpheaval {
  readonly upheaval: UpheavalName;
  readonly atMs: number;
  readonly worker: number;
  readonly lastsMs: number;
}

export interface Plan {
  readonly seed: number;
  readonly journeys: readonly JourneyPlan[];
  readonly upheavals: readonly PlannedUpheaval[];
}
