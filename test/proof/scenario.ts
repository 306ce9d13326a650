import type { SnapSettingsInput } from '../../activities/snap/settings.js';
import type { OperationName } from '../../sandbox/doku/faults.js';
import type { Shop } from '../setting/shop.js';
import type { Claim } from './claims.js';
import type { MerchantWide } from './merchant-wide.js';

/**
 * Makes the breakdown happen at the next call of the scenario that names this reference, or at so many of them where
 * several journeys make it.
 */
export type Plant = (reference: string, times?: number) => Promise<void>;

/** One way through a journey in which one of its calls to DOKU breaks. */
export interface Scenario {
  readonly journey: Claim['journey'];
  /** The call that breaks. */
  readonly call: OperationName;
  /** Tells it from others of the same journey and call; without it they are numbered. */
  readonly variant?: string;
  /** Ends that a merchant would expect, as the breakdown is no fault of anybody's but the network's. */
  readonly expected: readonly string[];
  /** Where DOKU offers other calls than our settings assume. */
  readonly settings?: SnapSettingsInput;
  /** Where the call names no journey: then it breaks for all of a merchant's journeys at once. */
  readonly merchantWide?: MerchantWide;
  /** Where a killed worker or a restarted server would show nothing that another variant does not. */
  readonly onlyFaults?: true;
  /** Everything up to the call, done before anything breaks. */
  prepare(shop: Shop): Promise<Prepared>;
}

export interface Prepared {
  /** Whose wallet it is about, where there is one already. */
  readonly accountId?: string;
  /** Drives the journey through the call to its end, as the customer, the backend and an operator would. */
  run(plant: Plant): Promise<readonly Claim[]>;
}
