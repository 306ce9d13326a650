import type { Resolution } from '../../client/index.js';
import type { KeptHistory } from '../setting/histories.js';
import type { SandboxAccount } from '../setting/sandbox-control.js';
import type { Backend } from './backend.js';
import { insisted } from './backend.js';
import type { Diary } from './diary.js';
import type { Subject } from './judge/case.js';
import type { JourneyPlan, NumberRole } from './plan/plan.js';
import type { Site } from './site.js';

/** A customer with an account at DOKU; bound, where the journey needs it. */
export type Customer = SandboxAccount & { readonly customerId: string };

/** What a journey is played with. */
export interface Cast {
  readonly site: Site;
  readonly backend: Backend;
  readonly plan: JourneyPlan;
  readonly diary: Diary;
  readonly customer: Customer;
  /** Epoch milliseconds: what is not over by then will never be. Later, as long as others come to their ends. */
  readonly until: number;
  /** Has DOKU meet this number with the plan's faults and temperaments for the role. */
  meet(role: NumberRole, number: string): Promise<void>;
  /** Keeps a history that Temporal is about to forget. */
  keep(history: KeptHistory): void;
}

/** What comes to an end, with an operator's help where it parks. */
export interface Ending {
  readonly subject: Subject;
  status(): Promise<{ status: string }>;
  result(): Promise<{ outcome: string; resolution?: Resolution }>;
  resolve(resolution: Resolution): Promise<void>;
  /** Journeys that this one starts where it cannot go on by itself. */
  readonly started?: {
    readonly query: string;
    endingOf(workflowId: string): Ending;
  };
}

/** One journey in the hands of its backend and its customer. */
export interface Part extends Ending {
  /** The first request of the backend. Sent again it changes nothing. */
  start(): Promise<unknown>;
  /** The same number for something else: must be refused. */
  startChanged?(): Promise<unknown>;
  /** From the first request to where only the end is to come. */
  play(): Promise<void>;
  /** Others that it brings with it. */
  readonly beside?: readonly Ending[];
  /** What the backend told the journey, once more. */
  sayAgain?(): Promise<unknown>;
  readonly purchase?: PurchaseTricks;
  childIds?(): string[];
}

/** What only an order's customer and backend can do. */
export interface PurchaseTricks {
  reload(): Promise<unknown>;
  notify(): Promise<unknown>;
  pay(): Promise<unknown>;
  cancel(): Promise<unknown>;
  refund(): Promise<unknown>;
}

/** Says it again until the product answers, or the journey's time is over. */
export const insist = <T>(cast: Pick<Cast, 'until'>, work: () => Promise<T>): Promise<T> =>
  insisted(work, () => cast.until);

/** Work whose refusal is an answer like any other: noted, and not thrown. */
export async function told(
  diary: Diary,
  what: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    diary.note(what);
    return true;
  } catch (error) {
    const { name, message } = error as Error;
    diary.note(`${what}: ${name}: ${message.slice(0, 200)}`);
    return false;
  }
}
