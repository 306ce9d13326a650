/**
 * All resources; a file of routes each.
 *
 * @module
 */
import type { Gateway } from './gateway.js';
import { addPurchases } from './purchases.js';

export function addResources(gateway: Gateway): void {
  addPurchases(gateway);
}
