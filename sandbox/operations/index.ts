import type { Operation } from '../exchange/operation.js';
import * as authorization from './authorization.js';
import * as balance from './balance.js';
import * as bankTransfer from './bank-transfer.js';
import * as binding from './binding.js';
import * as history from './history.js';
import * as otp from './otp.js';
import * as purchase from './purchase.js';
import * as registration from './registration.js';
import * as tokens from './tokens.js';
import * as topUp from './top-up.js';

/** Every endpoint the sandbox answers. */
export const OPERATIONS: readonly Operation[] = [
  ...Object.values(tokens),
  ...Object.values(registration),
  ...Object.values(otp),
  ...Object.values(binding),
  ...Object.values(balance),
  ...Object.values(purchase),
  ...Object.values(topUp),
  ...Object.values(bankTransfer),
  ...Object.values(authorization),
  ...Object.values(history),
];
