import { TEMPERAMENT_KINDS } from './plan/temperaments.js';

/**
 * What the sample leaves out until the product is mended: a line goes when its kind is. `npm run
 * chaos` leaves nothing out.
 */
export const WITHOUT: readonly string[] = [
  // E, G, M: answers that lag, come late or are odd.
  ...TEMPERAMENT_KINDS,
  // P: a void whose answer is lost parks, and no decision helps.
  'authorizedPurchase',
  // E: a transfer whose request is lost asks an operator.
  'bankTransfer',
  // R: orders of a customer whose account is closed ask an operator.
  'closeAccount',
  // A: a run that is not the first.
  'reset-first',
  'reset-last',
  'forget',
  // `show` cannot tell of a journey that was stopped before its first task.
  'terminate',
  'temporal-cancel',
  // D and I.
  'terminate-child',
];
