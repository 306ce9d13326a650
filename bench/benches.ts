import type { Bench } from './row.js';
import { purchases } from './rows/purchases.js';
import { startUp } from './rows/start-up.js';

/** All parts of the bench, in the order of the table. */
export const BENCHES: readonly Bench[] = [purchases, startUp];
