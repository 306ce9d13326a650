import type { Bench } from './row.js';
import { history } from './rows/history.js';
import { latency } from './rows/latency.js';
import { purchases } from './rows/purchases.js';

/** All parts of the bench, in the order of the table. */
export const BENCHES: readonly Bench[] = [purchases, latency, history];
