import crypto from 'node:crypto';
import type { Account } from './accounts.js';
import type { Clock } from './clock.js';
import {
  BANK,
  HELD,
  type Ledger,
  MERCHANT_CORPORATE,
  MERCHANT_RECEIVABLE,
  walletOf,
} from './ledger.js';
import {
  accountBlocked,
  duplicateReference,
  exceedsLimit,
  inconsistentRequest,
  insufficientFunds,
  invalidAmount,
  operationNotAllowed,
  transactionNotFound,
} from './refusal.js';

const MOST = 1_000_000_000n;
const LEAST = 100n;

export interface Transfer {
  readonly kind: 'topUp' | 'transferBank';
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly referenceNumber: string;
  readonly externalId: string;
  readonly accountId: string;
  readonly sen: bigint;
  readonly at: number;
  readonly fingerprint: string;
}

export interface Authorization {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly accountId: string;
  readonly sen: bigint;
  readonly at: number;
  readonly fingerprint: string;
  readonly steps: Map<string, { readonly no: string; readonly sen: bigint; readonly at: string }>;
  taken: bigint;
  isClosed: boolean;
}

interface Movement {
  readonly partnerReferenceNo: string;
  readonly externalId: string;
  readonly account: Account;
  readonly sen: bigint;
  readonly fingerprint: string;
}

/** Top-ups, bank transfers and authorised payments, and the money they move. */
export class Transfers {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  #transfers = new Map<string, Transfer>();
  #authorizations = new Map<string, Authorization>();

  constructor(clock: Clock, ledger: Ledger) {
    this.#clock = clock;
    this.#ledger = ledger;
  }

  find(partnerReferenceNo: string): Transfer | undefined {
    return this.#transfers.get(partnerReferenceNo);
  }

  list(): Transfer[] {
    return [...this.#transfers.values()];
  }

  /** From the merchant's corporate balance to a wallet. */
  topUp(movement: Movement): Transfer {
    return this.#move('topUp', movement, MERCHANT_CORPORATE, walletOf(movement.account.accountId));
  }

  /** From a wallet to a bank account. */
  toBank(movement: Movement): Transfer {
    return this.#move('transferBank', movement, walletOf(movement.account.accountId), BANK);
  }

  #move(kind: Transfer['kind'], movement: Movement, from: string, to: string): Transfer {
    const { partnerReferenceNo, externalId, account, sen, fingerprint } = movement;
    const known = this.#transfers.get(partnerReferenceNo);
    if (known)
      throw known.fingerprint === fingerprint ? duplicateReference() : inconsistentRequest();
    if (account.status === 'blocked') throw accountBlocked();
    if (sen < LEAST) throw invalidAmount();
    if (sen > MOST) throw exceedsLimit();
    if (this.#ledger.balance(from) < sen) throw insufficientFunds();
    this.#ledger.move(kind, from, to, sen, { partnerReferenceNo });
    const transfer: Transfer = {
      kind,
      partnerReferenceNo,
      externalId,
      accountId: account.accountId,
      sen,
      fingerprint,
      referenceNo: crypto.randomUUID(),
      referenceNumber: `REF${crypto.randomInt(1_000_000_000)}`,
      at: this.#clock.now(),
    };
    this.#transfers.set(partnerReferenceNo, transfer);
    return transfer;
  }

  authorize({ partnerReferenceNo, account, sen, fingerprint }: Movement): Authorization {
    const known = this.#authorizations.get(partnerReferenceNo);
    if (known)
      throw known.fingerprint === fingerprint ? duplicateReference() : inconsistentRequest();
    if (account.status === 'blocked') throw accountBlocked();
    if (sen < LEAST) throw invalidAmount();
    if (sen > MOST) throw exceedsLimit();
    if (this.#ledger.balance(walletOf(account.accountId)) < sen) throw insufficientFunds();
    this.#ledger.move('authPayment', walletOf(account.accountId), HELD, sen, {
      partnerReferenceNo,
    });
    const authorization: Authorization = {
      partnerReferenceNo,
      referenceNo: crypto.randomUUID(),
      accountId: account.accountId,
      sen,
      fingerprint,
      at: this.#clock.now(),
      steps: new Map(),
      taken: 0n,
      isClosed: false,
    };
    this.#authorizations.set(partnerReferenceNo, authorization);
    return authorization;
  }

  authorization(partnerReferenceNo: string): Authorization {
    const authorization = this.#authorizations.get(partnerReferenceNo);
    if (!authorization) throw transactionNotFound();
    return authorization;
  }

  findAuthorization(partnerReferenceNo: string): Authorization | undefined {
    return this.#authorizations.get(partnerReferenceNo);
  }

  /** Takes from what is held; a closing capture gives the rest back. */
  capture(
    partnerReferenceNo: string,
    partnerCaptureNo: string,
    sen: bigint | undefined,
    isLast: boolean,
  ) {
    const authorization = this.authorization(partnerReferenceNo);
    const amount = sen ?? authorization.sen - authorization.taken;
    const step = this.#step(authorization, `capture ${partnerCaptureNo}`, amount);
    this.#ledger.move('authCapture', HELD, MERCHANT_RECEIVABLE, amount, { partnerReferenceNo });
    if (isLast) this.#giveBackRest(authorization);
    return { authorization, ...step };
  }

  /** Gives back from what is held. */
  void(partnerReferenceNo: string, partnerVoidNo: string, sen: bigint | undefined) {
    const authorization = this.authorization(partnerReferenceNo);
    const amount = sen ?? authorization.sen - authorization.taken;
    const step = this.#step(authorization, `void ${partnerVoidNo}`, amount);
    this.#ledger.move('authVoid', HELD, walletOf(authorization.accountId), amount, {
      partnerReferenceNo,
    });
    return { authorization, ...step };
  }

  reset(): void {
    this.#transfers.clear();
    this.#authorizations.clear();
  }

  #step(authorization: Authorization, key: string, sen: bigint) {
    const known = authorization.steps.get(key);
    if (known) throw known.sen === sen ? duplicateReference() : inconsistentRequest();
    if (authorization.isClosed) throw operationNotAllowed();
    if (sen <= 0n || authorization.taken + sen > authorization.sen) throw invalidAmount();
    authorization.taken += sen;
    if (authorization.taken === authorization.sen) authorization.isClosed = true;
    const step = { no: crypto.randomUUID(), sen, at: this.#clock.iso() };
    authorization.steps.set(key, step);
    return step;
  }

  #giveBackRest(authorization: Authorization): void {
    const rest = authorization.sen - authorization.taken;
    authorization.isClosed = true;
    if (rest === 0n) return;
    authorization.taken = authorization.sen;
    this.#ledger.move('authVoid', HELD, walletOf(authorization.accountId), rest, {
      partnerReferenceNo: authorization.partnerReferenceNo,
    });
  }
}
