import crypto from 'node:crypto';
import type { Account } from './accounts.js';
import type { Clock } from './clock.js';
import { type Ledger, MERCHANT_RECEIVABLE, walletOf } from './ledger.js';
import {
  accountBlocked,
  duplicateReference,
  exceedsLimit,
  inconsistentRequest,
  invalidAmount,
  operationNotAllowed,
  Refusal,
  transactionNotFound,
} from './refusal.js';

/** DOKU Wallet's limits for one purchase, in sen: before and after the customer was verified. */
const MOST_UNVERIFIED = 200_000_000n;
const MOST_VERIFIED = 1_000_000_000n;
const LEAST = 100n;
const OPEN_FOR_MS = 3_600_000;

export interface Refund {
  readonly partnerRefundNo: string;
  readonly refundNo: string;
  readonly sen: bigint;
  readonly at: string;
  readonly reason: string;
}

export interface Purchase {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly externalId: string;
  readonly account: Account;
  readonly sen: bigint;
  readonly returnUrl: string | undefined;
  readonly remarks: string | undefined;
  readonly pageToken: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly fingerprint: string;
  state: 'initiated' | 'paying' | 'paid' | 'cancelled' | 'refunded' | 'failed';
  description: string;
  paidAt: number | undefined;
  isSettled: boolean;
  cancelledAt: number | undefined;
  refunds: Refund[];
}

export interface Order {
  readonly partnerReferenceNo: string;
  readonly externalId: string;
  readonly account: Account;
  readonly sen: bigint;
  readonly returnUrl: string | undefined;
  readonly remarks: string | undefined;
  readonly validUpTo: number | undefined;
  /** Tells a repeat from another request under the same reference. */
  readonly fingerprint: string;
}

/** What became of a customer's attempt to pay. */
export type Payment = 'paid' | 'insufficient-funds' | 'blocked' | 'not-payable';

/** Purchases, and the money they move. At most one debit a reference, whatever is asked. */
export class Purchases {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #settleAfterMs: number;
  /** Told when a purchase's status became final or changed after that. */
  readonly #onChange: (purchase: Purchase) => void;
  #purchases = new Map<string, Purchase>();
  #byAccount = new Map<string, Purchase[]>();
  #pages = new Map<string, Purchase>();

  constructor(
    clock: Clock,
    ledger: Ledger,
    settleAfterMs: number,
    onChange: (purchase: Purchase) => void,
  ) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#settleAfterMs = settleAfterMs;
    this.#onChange = onChange;
  }

  /** Opens a payment page; the same request again brings the same page while it is open. */
  open(order: Order): Purchase {
    const known = this.find(order.partnerReferenceNo);
    if (known) return this.#again(known, order);
    if (order.account.status === 'blocked') throw accountBlocked();
    if (order.sen < LEAST) throw invalidAmount();
    if (order.sen > (order.account.isVerified ? MOST_VERIFIED : MOST_UNVERIFIED))
      throw exceedsLimit();
    const { validUpTo, ...rest } = order;
    const purchase: Purchase = {
      ...rest,
      referenceNo: crypto.randomUUID(),
      pageToken: crypto.randomBytes(18).toString('base64url'),
      createdAt: this.#clock.now(),
      expiresAt: validUpTo ?? this.#clock.now() + OPEN_FOR_MS,
      state: 'initiated',
      description: 'initiated',
      paidAt: undefined,
      isSettled: false,
      cancelledAt: undefined,
      refunds: [],
    };
    this.#purchases.set(purchase.partnerReferenceNo, purchase);
    this.#pages.set(purchase.pageToken, purchase);
    const { accountId } = purchase.account;
    const own = this.#byAccount.get(accountId) ?? [];
    own.push(purchase);
    this.#byAccount.set(accountId, own);
    return purchase;
  }

  #again(known: Purchase, order: Order): Purchase {
    if (known.fingerprint !== order.fingerprint) throw inconsistentRequest();
    if (known.state === 'initiated' || known.state === 'paying') return known;
    if (known.state === 'cancelled') throw new Refusal(404, '04', 'Transaction Cancelled');
    if (known.state === 'failed') throw new Refusal(403, '00', 'Transaction Expired');
    throw duplicateReference();
  }

  find(partnerReferenceNo: string): Purchase | undefined {
    const purchase = this.#purchases.get(partnerReferenceNo);
    if (purchase) this.#age(purchase);
    return purchase;
  }

  byPage(pageToken: string): Purchase | undefined {
    const purchase = this.#pages.get(pageToken);
    if (purchase) this.#age(purchase);
    return purchase;
  }

  get(partnerReferenceNo: string): Purchase {
    const purchase = this.find(partnerReferenceNo);
    if (!purchase) throw transactionNotFound();
    return purchase;
  }

  /** Of one account, oldest first. */
  of(accountId: string): readonly Purchase[] {
    return this.#byAccount.get(accountId) ?? [];
  }

  /** The customer sees the page. */
  view(purchase: Purchase): void {
    if (purchase.state === 'initiated') {
      purchase.state = 'paying';
      purchase.description = 'paying';
    }
  }

  /** The customer agreed with the right PIN. */
  pay(purchase: Purchase): Payment {
    if (purchase.state !== 'initiated' && purchase.state !== 'paying') return 'not-payable';
    if (purchase.account.status === 'blocked') return 'blocked';
    const wallet = walletOf(purchase.account.accountId);
    if (this.#ledger.balance(wallet) < purchase.sen) return 'insufficient-funds';
    this.#ledger.move('purchase', wallet, MERCHANT_RECEIVABLE, purchase.sen, {
      partnerReferenceNo: purchase.partnerReferenceNo,
    });
    purchase.paidAt = this.#clock.now();
    this.#enter(purchase, 'paid', 'success');
    return 'paid';
  }

  /** The customer said no, or may no longer pay. */
  fail(purchase: Purchase, description: string): void {
    if (purchase.state === 'initiated' || purchase.state === 'paying')
      this.#enter(purchase, 'failed', description);
  }

  /** Before it settles; a payment goes back to the customer. */
  cancel(partnerReferenceNo: string): Purchase {
    const purchase = this.get(partnerReferenceNo);
    if (purchase.state === 'failed') throw new Refusal(404, '00', 'Invalid Transaction Status');
    if (purchase.state === 'cancelled' || purchase.state === 'refunded')
      throw operationNotAllowed();
    if (purchase.state === 'paid') {
      if (purchase.isSettled || purchase.refunds.length > 0) throw operationNotAllowed();
      this.#ledger.move(
        'purchaseCancel',
        MERCHANT_RECEIVABLE,
        walletOf(purchase.account.accountId),
        purchase.sen,
        {
          partnerReferenceNo,
        },
      );
    }
    purchase.cancelledAt = this.#clock.now();
    this.#enter(purchase, 'cancelled', 'cancelled');
    return purchase;
  }

  /** After it settled, whole or in parts, never above what was paid. */
  refund(partnerReferenceNo: string, partnerRefundNo: string, sen: bigint, reason: string): Refund {
    const purchase = this.get(partnerReferenceNo);
    const known = purchase.refunds.find((refund) => refund.partnerRefundNo === partnerRefundNo);
    if (known) throw known.sen === sen ? duplicateReference() : inconsistentRequest();
    if (purchase.state !== 'paid' || !purchase.isSettled) throw operationNotAllowed();
    const refunded = purchase.refunds.reduce((sum, refund) => sum + refund.sen, 0n);
    if (sen <= 0n || refunded + sen > purchase.sen) throw invalidAmount();
    this.#ledger.move(
      'purchaseRefund',
      MERCHANT_RECEIVABLE,
      walletOf(purchase.account.accountId),
      sen,
      {
        partnerReferenceNo,
        partnerRefundNo,
      },
    );
    const refund: Refund = {
      partnerRefundNo,
      refundNo: crypto.randomUUID(),
      sen,
      reason,
      at: this.#clock.iso(),
    };
    purchase.refunds.push(refund);
    if (refunded + sen === purchase.sen) this.#enter(purchase, 'refunded', 'refunded');
    return refund;
  }

  /** Settles at once what would settle by itself later. */
  settle(partnerReferenceNo: string): Purchase | undefined {
    const purchase = this.find(partnerReferenceNo);
    if (purchase?.state === 'paid') purchase.isSettled = true;
    return purchase;
  }

  reset(): void {
    this.#purchases.clear();
    this.#byAccount.clear();
    this.#pages.clear();
  }

  /** What time alone does to a purchase. */
  #age(purchase: Purchase): void {
    const now = this.#clock.now();
    if (purchase.expiresAt <= now) this.fail(purchase, 'expired');
    if (purchase.paidAt !== undefined && purchase.paidAt + this.#settleAfterMs <= now)
      purchase.isSettled = true;
  }

  #enter(purchase: Purchase, state: Purchase['state'], description: string): void {
    purchase.state = state;
    purchase.description = description;
    this.#onChange(purchase);
  }
}

/** SNAP's `latestTransactionStatus`. */
export const STATUS_CODES: Readonly<Record<Purchase['state'], string>> = {
  initiated: '01',
  paying: '02',
  paid: '00',
  refunded: '04',
  cancelled: '05',
  failed: '06',
};
