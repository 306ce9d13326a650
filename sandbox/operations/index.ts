import * as account from './account.js';
import * as authorization from './authorization.js';
import * as history from './history.js';
import type { Operation } from './operation.js';
import * as purchase from './purchase.js';
import * as tokens from './tokens.js';
import * as transfer from './transfer.js';

/** Every endpoint the sandbox answers. */
export const OPERATIONS: readonly Operation[] = [
  ...Object.values(tokens),
  ...Object.values(account),
  ...Object.values(purchase),
  ...Object.values(transfer),
  ...Object.values(authorization),
  ...Object.values(history),
];
