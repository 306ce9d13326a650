/** All workflow types a worker registers. Their names are a public contract. */
export { merchantSession } from './merchant-session.js';
export { openAccount } from './open-account.js';
export { purchase } from './purchase.js';
export { wallet } from './wallet.js';
