import type { Site } from './site.js';

/** What a merchant's backend asks of whatever runs its purchases. */
export interface Order {
  readonly partnerReferenceNo: string;
  readonly customerId: string;
  /** "10000.00" IDR. */
  readonly amount: string;
}

/** One way to run purchases, measured from the backend's side. */
export interface Contender {
  readonly name: ContenderName;
  /** Places the order. @returns the URL of DOKU's page. */
  redirect(order: Order): Promise<string>;
  /** DOKU's notification of the payment has come in. */
  notified(partnerReferenceNo: string): Promise<void>;
  /** How the purchase ended, once DOKU's own status says so; "paid" is what a bench expects. */
  outcome(partnerReferenceNo: string): Promise<string>;
  /** The processes that do the work, without the backend that asks for it. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export type ContenderName = 'doku-journeys' | 'idiomatic Temporal' | 'DBOS' | 'bare' | 'hollow';

export interface ContenderOptions {
  /** Milliseconds between two questions to DOKU; all contenders poll alike. Default 3000. */
  readonly pollMs?: number;
  /** Where the worker process leaves a CPU profile when it ends. */
  readonly profileFolder?: string;
}

/** Starts a contender on a site, with the site's customers known to it, ready for its first order. */
export type StartContender = (site: Site, options?: ContenderOptions) => Promise<Contender>;
