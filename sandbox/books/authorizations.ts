import crypto from 'node:crypto';
import type { Clock } from './clock.js';
import { HELD, type Ledger, MERCHANT_RECEIVABLE, walletOf } from './ledger.js';
import { assertMovable, type Movement } from './movement.js';
import {
  duplicateReference,
  inconsistentRequest,
  invalidAmount,
  operationNotAllowed,
  transactionNotFound,
} from './refusal.js';

/** A capture or a void, under the merchant's own number. */
export interface Step {
  readonly kind: 'capture' | 'void';
  readonly partnerNo: string;
  readonly no: string;
  readonly sen: bigint;
  readonly at: number;
}

export interface Authorization {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly accountId: string;
  readonly sen: bigint;
  readonly at: number;
  readonly fingerprint: string;
  readonly steps: Map<string, Step>;
  taken: bigint;
  isClosed: boolean;
}

/** Authorised payments: an amount held on a wallet, then captured or given back. */
export class Authorizations {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  #authorizations = new Map<string, Authorization>();

  constructor(clock: Clock, ledger: Ledger) {
    this.#clock = clock;
    this.#ledger = ledger;
  }

  authorize(movement: Movement): Authorization {
    const { partnerReferenceNo, account, sen, fingerprint } = movement;
    const known = this.#authorizations.get(partnerReferenceNo);
    assertMovable(movement, known, this.#ledger.balance(walletOf(account.accountId)));
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

  get(partnerReferenceNo: string): Authorization {
    const authorization = this.#authorizations.get(partnerReferenceNo);
    if (!authorization) throw transactionNotFound();
    return authorization;
  }

  list(): Authorization[] {
    return [...this.#authorizations.values()];
  }

  /** Takes from what is held; a closing capture gives the rest back. */
  capture(
    partnerReferenceNo: string,
    partnerCaptureNo: string,
    sen: bigint | undefined,
    isLast: boolean,
  ) {
    const authorization = this.get(partnerReferenceNo);
    const amount = sen ?? authorization.sen - authorization.taken;
    const step = this.#step(authorization, 'capture', partnerCaptureNo, amount);
    this.#ledger.move('authCapture', HELD, MERCHANT_RECEIVABLE, amount, {
      partnerReferenceNo,
      partnerCaptureNo,
    });
    if (isLast) this.#giveBackRest(authorization);
    return { authorization, ...step };
  }

  /** Gives back from what is held. */
  void(partnerReferenceNo: string, partnerVoidNo: string, sen: bigint | undefined) {
    const authorization = this.get(partnerReferenceNo);
    const amount = sen ?? authorization.sen - authorization.taken;
    const step = this.#step(authorization, 'void', partnerVoidNo, amount);
    this.#ledger.move('authVoid', HELD, walletOf(authorization.accountId), amount, {
      partnerReferenceNo,
      partnerVoidNo,
    });
    return { authorization, ...step };
  }

  reset(): void {
    this.#authorizations.clear();
  }

  #step(authorization: Authorization, kind: Step['kind'], partnerNo: string, sen: bigint): Step {
    const key = `${kind} ${partnerNo}`;
    const known = authorization.steps.get(key);
    if (known) throw known.sen === sen ? duplicateReference() : inconsistentRequest();
    if (authorization.isClosed) throw operationNotAllowed();
    if (sen <= 0n || authorization.taken + sen > authorization.sen) throw invalidAmount();
    authorization.taken += sen;
    if (authorization.taken === authorization.sen) authorization.isClosed = true;
    const step = { kind, partnerNo, no: crypto.randomUUID(), sen, at: this.#clock.now() };
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
