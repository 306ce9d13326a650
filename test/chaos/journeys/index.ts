import type { Cast, Part } from '../cast.js';
import type { JourneyKind } from '../plan/plan.js';
import { authorizedPurchase } from './authorized-purchase.js';
import { bankTransfer } from './bank-transfer.js';
import { closeAccount } from './close-account.js';
import { openAccount } from './open-account.js';
import { purchase } from './purchase.js';
import { refund } from './refund.js';
import { topUp } from './top-up.js';
import { topUpBatch } from './top-up-batch.js';

export const parts: Readonly<Record<JourneyKind, (cast: Cast) => Part>> = {
  purchase,
  refund,
  authorizedPurchase,
  topUp,
  topUpBatch,
  bankTransfer,
  openAccount,
  closeAccount,
};
