/**
 * All resources; a file of routes each.
 *
 * @module
 */
import { addAuthorizedPurchases } from './authorized-purchases.js';
import { addBankTransfers } from './bank-transfers.js';
import { addClosings } from './closings.js';
import { addEvents } from './events.js';
import type { Gateway } from './gateway.js';
import { addOpenings } from './openings.js';
import { addPurchases } from './purchases.js';
import { addReads } from './reads.js';
import { addReconciliations } from './reconciliations.js';
import { addRefunds } from './refunds.js';
import { addTopUpBatches } from './top-up-batches.js';
import { addTopUps } from './top-ups.js';

export function addResources(gateway: Gateway): void {
  addOpenings(gateway);
  addPurchases(gateway);
  addRefunds(gateway);
  addAuthorizedPurchases(gateway);
  addTopUps(gateway);
  addTopUpBatches(gateway);
  addBankTransfers(gateway);
  addClosings(gateway);
  addReads(gateway);
  addReconciliations(gateway);
  addEvents(gateway);
}
