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
import type { Sum } from './rupiah.js';
import { assertInOrder, type Terms, USUAL } from './terms.js';
import { Versions } from './versions.js';

/** A capture or a void, under the merchant's own number. */
export interface Step {
  readonly kind: 'capture' | 'void';
  readonly partnerNo: string;
  readonly no: string;
  readonly sen: bigint;
  /** What moved for it. */
  readonly sum: Sum;
  readonly at: number;
}

export interface Authorization {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly accountId: string;
  readonly sen: bigint;
  /** What is held for it. */
  readonly sum: Sum;
  readonly at: number;
  readonly fingerprint: string;
  readonly steps: Map<string, Step>;
  taken: bigint;
  /** What is still held, which is all that can be taken or given back. */
  left: bigint;
  isClosed: boolean;
}

/** Authorised payments: an amount held on a wallet, then captured or given back. */
export class Authorizations {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #versions: Versions<Authorization>;
  #authorizations = new Map<string, Authorization>();
  /** Those carried out although their number was known. */
  #again: Authorization[] = [];

  constructor(clock: Clock, ledger: Ledger) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#versions = new Versions(clock);
  }

  authorize(movement: Movement, terms: Terms = USUAL): Authorization {
    const { partnerReferenceNo, account, sen, fingerprint } = movement;
    const known = this.#authorizations.get(partnerReferenceNo);
    assertMovable(movement, known, this.#ledger.balance(walletOf(account.accountId)), terms);
    const sum = terms.sumOf(sen);
    this.#ledger.moveSum('authPayment', walletOf(account.accountId), HELD, sum, {
      partnerReferenceNo,
    });
    const authorization: Authorization = {
      partnerReferenceNo,
      referenceNo: crypto.randomUUID(),
      accountId: account.accountId,
      sen,
      sum,
      fingerprint,
      at: this.#clock.now(),
      steps: new Map(),
      taken: 0n,
      left: sum.sen,
      isClosed: false,
    };
    if (known) this.#again.push(authorization);
    else this.#authorizations.set(partnerReferenceNo, authorization);
    this.#keep(authorization);
    return authorization;
  }

  get(partnerReferenceNo: string): Authorization {
    const authorization = this.#authorizations.get(partnerReferenceNo);
    if (!authorization) throw transactionNotFound();
    return authorization;
  }

  /** Of one account, now or as they were so long ago. */
  of(accountId: string, lagMs = 0): Authorization[] {
    return [...this.#authorizations.values(), ...this.#again]
      .filter((each) => each.accountId === accountId)
      .flatMap((each) => (lagMs > 0 ? (this.#versions.ago(each.referenceNo, lagMs) ?? []) : each));
  }

  /** Takes from what is held; a closing capture gives the rest back. */
  capture(
    partnerReferenceNo: string,
    partnerCaptureNo: string,
    sen: bigint | undefined,
    isLast: boolean,
    terms: Terms = USUAL,
  ) {
    const authorization = this.get(partnerReferenceNo);
    const amount = sen ?? authorization.sen - authorization.taken;
    const step = this.#step(authorization, 'capture', partnerCaptureNo, amount, terms);
    this.#ledger.moveSum('authCapture', HELD, MERCHANT_RECEIVABLE, step.sum, {
      partnerReferenceNo,
      partnerCaptureNo,
    });
    if (isLast) this.#giveBackRest(authorization);
    this.#keep(authorization);
    return { authorization, ...step };
  }

  /** Gives back from what is held. */
  void(
    partnerReferenceNo: string,
    partnerVoidNo: string,
    sen: bigint | undefined,
    terms: Terms = USUAL,
  ) {
    const authorization = this.get(partnerReferenceNo);
    const amount = sen ?? authorization.sen - authorization.taken;
    const step = this.#step(authorization, 'void', partnerVoidNo, amount, terms);
    this.#ledger.moveSum('authVoid', HELD, walletOf(authorization.accountId), step.sum, {
      partnerReferenceNo,
      partnerVoidNo,
    });
    this.#keep(authorization);
    return { authorization, ...step };
  }

  /** To be kept over a restart. */
  contents() {
    return {
      authorizations: this.#authorizations,
      again: this.#again,
      versions: this.#versions.contents(),
    };
  }

  restore(contents: ReturnType<Authorizations['contents']>): void {
    this.#authorizations = contents.authorizations;
    this.#again = contents.again;
    this.#versions.restore(contents.versions);
  }

  reset(): void {
    this.#authorizations.clear();
    this.#again = [];
    this.#versions.reset();
  }

  #keep(authorization: Authorization): void {
    this.#versions.keep(authorization.referenceNo, {
      ...authorization,
      steps: new Map(authorization.steps),
    });
  }

  #step(
    authorization: Authorization,
    kind: Step['kind'],
    partnerNo: string,
    sen: bigint,
    terms: Terms,
  ): Step {
    const key = `${kind} ${partnerNo}`;
    const known = authorization.steps.get(key);
    const assertKnown = (): never => {
      throw known?.sen === sen ? duplicateReference() : inconsistentRequest();
    };
    assertInOrder(terms, known && assertKnown, () => {
      if (authorization.isClosed) throw operationNotAllowed();
      if (sen <= 0n || authorization.taken + sen > authorization.sen) throw invalidAmount();
    });
    authorization.taken += sen;
    if (authorization.taken === authorization.sen) authorization.isClosed = true;
    const no = crypto.randomUUID();
    const sum = takenFrom(authorization, kind, terms.sumOf(sen));
    const step = { kind, partnerNo, no, sen, sum, at: this.#clock.now() };
    authorization.steps.set(known ? `${key} ${no}` : key, step);
    return step;
  }

  #giveBackRest(authorization: Authorization): void {
    authorization.isClosed = true;
    authorization.taken = authorization.sen;
    if (authorization.left === 0n) return;
    const { accountId, partnerReferenceNo, sum } = authorization;
    const rest = { ...sum, sen: authorization.left, feeSen: 0n };
    this.#ledger.moveSum('authVoid', HELD, walletOf(accountId), rest, { partnerReferenceNo });
    authorization.left = 0n;
  }
}

/** Takes from what is held, in its currency; a void that closes it gives back all that is left. */
function takenFrom(authorization: Authorization, kind: Step['kind'], wanted: Sum): Sum {
  const { left, isClosed } = authorization;
  const sen = (kind === 'void' && isClosed) || wanted.sen > left ? left : wanted.sen;
  authorization.left -= sen;
  return { ...wanted, sen, currency: authorization.sum.currency };
}
