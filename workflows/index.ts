/** All workflow types a worker registers. Their names are a public contract. */
export { authorizedPurchase } from './authorized-purchase.js';
export { bankTransfer } from './bank-transfer.js';
export { closeAccount } from './close-account.js';
export { finding } from './finding.js';
export { merchantSession } from './merchant-session.js';
export { openAccount } from './open-account.js';
export { purchase } from './purchase.js';
export {
  accountInquiry,
  balanceInquiry,
  bankAccountInquiry,
  transactionHistoryDetail,
  transactionHistoryPage,
} from './reads.js';
export { reconciliation } from './reconciliation.js';
export { refund } from './refund.js';
export { refundTurn } from './refund-turn.js';
export { topUp } from './top-up.js';
export { topUpBatch } from './top-up-batch.js';
export { topUpBatchPart } from './top-up-batch-part.js';
export { wallet } from './wallet.js';
