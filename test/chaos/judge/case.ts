import type { Shown } from '../command-line.js';
import type { JourneyKind } from '../plan/plan.js';

/** One journey to be judged, by what its backend asked for. */
export interface Subject {
  readonly kind: JourneyKind;
  readonly workflowId: string;
  /** What the command line calls it. */
  readonly shownAs: readonly [journey: string, id: string];
  /** Under which it moves money. */
  readonly number: string;
  /** The order that a refund is of. */
  readonly ofOrder?: string;
  /** "10000.00" IDR. */
  readonly amount: string;
}

/** How a row of a batch ended. */
export interface Row {
  readonly partnerReferenceNo: string;
  readonly outcome: string;
  readonly amount: { readonly value: string };
  /** Where an operator recorded that it was not `amount`. */
  readonly creditedAmount?: string;
}

/** What everybody around one journey did and heard. */
export interface Witness {
  readonly name: string;
  readonly accountId: string;
  readonly rows: readonly Row[];
  /** Numbers of its rows, captures and voids, whether they came to anything or not. */
  readonly moreNumbers: readonly string[];
  readonly acknowledgeSeconds?: number;
  readonly wasAcknowledged: boolean;
  readonly wasCancelAsked: boolean;
  readonly wasMeddledWith: boolean;
  readonly hasDecided: boolean;
  /** What DOKU shows tells what happened, and that is what was asked for. */
  readonly isDokuClear: boolean;
  /** The customer closed the account, perhaps in the middle of it. */
  readonly isCustomerGone: boolean;
  readonly parked: number;
  /** Epoch milliseconds: when somebody stopped it. */
  readonly stoppedAt: number | undefined;
  /** Somebody had it run again, after a stop too. */
  readonly wasRestarted: boolean;
  /** As the backend heard it last; none where it heard nothing. */
  readonly heard: string | undefined;
  readonly problems: readonly string[];
}

/** A subject with all that is known of it at the end. */
export interface Case {
  readonly subject: Subject;
  readonly witness: Witness;
  /** The main journey of its plan, or one beside it. */
  readonly isMain: boolean;
  /** None where nobody knows it. */
  readonly shown: (Shown & { readonly endedAt?: string }) | undefined;
  /** Why `show` does not answer for what Temporal knows. */
  readonly unshown?: string;
}

/** Something that does not hold. */
export interface Wrong {
  /** The plan's journey, where it is one's. */
  readonly name: string | undefined;
  /** Of the seven invariants; and 8: a backend is told of every end, 9: no secret is seen. */
  readonly rule: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  readonly text: string;
}
