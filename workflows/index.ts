/** All workflow types a worker registers. Their names are a public contract. */
export { authorizedPurchase } from './authorized-purchase/journey.js';
export { bankTransfer } from './bank-transfer/journey.js';
export { check } from './check/journey.js';
export { claimedNumbers } from './claimed-numbers/entity.js';
export { closeAccount } from './close-account/journey.js';
export { eventDelivery } from './event-delivery/journey.js';
export { finding } from './finding/journey.js';
export { openAccount } from './open-account/journey.js';
export { purchase } from './purchase/journey.js';
export {
  accountInquiry,
  balanceInquiry,
  bankAccountInquiry,
  transactionHistoryDetail,
  transactionHistoryPage,
} from './reads/journey.js';
export { reconciliation } from './reconciliation/journey.js';
export { recheck } from './reconciliation/recheck.js';
export { refund } from './refund/journey.js';
export { refundTurn } from './refund/turn.js';
export { accountOwner } from './tokens/account-owner.js';
export { merchantSession } from './tokens/merchant-session.js';
export { wallet } from './tokens/wallet.js';
export { topUp } from './top-up/journey.js';
export { topUpBatch } from './top-up-batch/journey.js';
export { topUpBatchPart } from './top-up-batch/part.js';
