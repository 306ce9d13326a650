import type { Bench } from './row.js';
import { batch } from './rows/batch.js';
import { calls } from './rows/calls.js';
import { flatness } from './rows/flatness.js';
import { history } from './rows/history.js';
import { latency } from './rows/latency.js';
import { purchases } from './rows/purchases.js';
import { reconciliation } from './rows/reconciliation.js';
import { signatures } from './rows/signatures.js';
import { startUp } from './rows/start-up.js';
import { waiting } from './rows/waiting.js';
import { workers } from './rows/workers.js';

/** All parts of the bench, in the order of the table: those that need the same workers one after the other. */
export const BENCHES: readonly Bench[] = [
  purchases,
  latency,
  history,
  calls,
  signatures,
  startUp,
  batch,
  flatness,
  workers,
  reconciliation,
  waiting,
];
