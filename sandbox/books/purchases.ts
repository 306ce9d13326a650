import crypto from 'node:crypto';
import type { Agenda } from './agenda.js';
import type { Clock } from './clock.js';
import { type Ledger, MERCHANT_RECEIVABLE, walletOf } from './ledger.js';
import type { Order, Payment, Purchase, Refund } from './purchase.js';
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
import { rupiahIn } from './rupiah.js';
import { assertInOrder, type Terms, USUAL } from './terms.js';
import { Versions } from './versions.js';

/** DOKU Wallet's limits for one purchase, in sen: before and after the customer was verified. */
const MOST_UNVERIFIED = 200_000_000n;
const MOST_VERIFIED = 1_000_000_000n;
const LEAST = 100n;
const OPEN_FOR_MS = 3_600_000;

/** Purchases, and the money they move. At most one debit a reference, whatever is asked. */
export class Purchases {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #agenda: Agenda;
  readonly #versions: Versions<Purchase>;
  readonly #settleAfterMs: number;
  /** Told when a purchase's status became final or changed after that. */
  readonly #onChange: (purchase: Purchase) => void;
  #purchases = new Map<string, Purchase>();
  #byAccount = new Map<string, Purchase[]>();
  #pages = new Map<string, Purchase>();

  constructor(
    clock: Clock,
    ledger: Ledger,
    agenda: Agenda,
    settleAfterMs: number,
    onChange: (purchase: Purchase) => void,
  ) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#agenda = agenda;
    this.#versions = new Versions(clock);
    this.#settleAfterMs = settleAfterMs;
    this.#onChange = onChange;
  }

  /** Opens a payment page; the same request again brings the same page while it is open. */
  open(order: Order, terms: Terms = USUAL): Purchase {
    const known = this.find(order.partnerReferenceNo);
    const repeat = known && terms.onRepeat();
    if (repeat?.meets) throw repeat.meets;
    if (!repeat || repeat.isLookedUpLast) assertOpenable(order);
    if (known) return this.#again(known, order);
    const { validUpTo, ...rest } = order;
    const purchase: Purchase = {
      ...rest,
      sum: terms.sumOf(order.sen),
      settlesAt: terms.settlesAt(),
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
    this.#add(purchase);
    this.#keep(purchase);
    return purchase;
  }

  #add(purchase: Purchase): void {
    this.#purchases.set(purchase.partnerReferenceNo, purchase);
    this.#pages.set(purchase.pageToken, purchase);
    const { accountId } = purchase.account;
    const own = this.#byAccount.get(accountId) ?? [];
    own.push(purchase);
    this.#byAccount.set(accountId, own);
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

  /** Now, or as it was so long ago. @throws Refusal where it is unknown. */
  get(partnerReferenceNo: string, lagMs = 0): Purchase {
    const purchase = this.find(partnerReferenceNo);
    const seen = purchase && this.#seen(purchase, lagMs);
    if (!seen) throw transactionNotFound();
    return seen;
  }

  /** Of one account, oldest first, now or as they were so long ago. */
  of(accountId: string, lagMs = 0): readonly Purchase[] {
    return (this.#byAccount.get(accountId) ?? []).flatMap(
      (purchase) => this.#seen(purchase, lagMs) ?? [],
    );
  }

  #seen(purchase: Purchase, lagMs: number): Purchase | undefined {
    return lagMs > 0 ? this.#versions.ago(purchase.referenceNo, lagMs) : purchase;
  }

  /** The customer sees the page. */
  view(purchase: Purchase): void {
    if (purchase.state === 'initiated') {
      purchase.state = 'paying';
      purchase.description = 'paying';
      this.#keep(purchase);
    }
  }

  /** The customer agreed with the right PIN. */
  pay(purchase: Purchase): Payment {
    if (purchase.state !== 'initiated' && purchase.state !== 'paying') return 'not-payable';
    if (purchase.account.status === 'blocked') return 'blocked';
    const wallet = walletOf(purchase.account.accountId);
    if (this.#ledger.balance(wallet) < rupiahIn(purchase.sum)) return 'insufficient-funds';
    this.#ledger.moveSum('purchase', wallet, MERCHANT_RECEIVABLE, purchase.sum, {
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
  cancel(partnerReferenceNo: string, terms: Terms = USUAL): Purchase {
    const purchase = this.get(partnerReferenceNo);
    const repeat = purchase.state === 'cancelled' ? terms.onRepeat() : undefined;
    if (repeat?.meets) throw repeat.meets;
    if (purchase.state === 'failed') throw new Refusal(404, '00', 'Invalid Transaction Status');
    if (purchase.state === 'cancelled' || purchase.state === 'refunded')
      throw operationNotAllowed();
    if (purchase.state === 'paid') {
      if (purchase.isSettled || purchase.refunds.length > 0) throw operationNotAllowed();
      this.#giveBack(purchase);
    }
    purchase.cancelledAt = this.#clock.now();
    this.#enter(purchase, 'cancelled', 'cancelled');
    return purchase;
  }

  /** All of it, DOKU's fee too. */
  #giveBack({ partnerReferenceNo, account, sum }: Purchase): void {
    const wallet = walletOf(account.accountId);
    const of = { partnerReferenceNo };
    this.#ledger.moveSumBack('purchaseCancel', MERCHANT_RECEIVABLE, wallet, sum, of);
  }

  /** After it settled, whole or in parts, never above what was paid. */
  refund(
    partnerReferenceNo: string,
    partnerRefundNo: string,
    sen: bigint,
    reason: string,
    terms: Terms = USUAL,
  ): Refund {
    const purchase = this.get(partnerReferenceNo);
    const known = purchase.refunds.find((refund) => refund.partnerRefundNo === partnerRefundNo);
    const assertKnown = (): never => {
      throw known?.sen === sen ? duplicateReference() : inconsistentRequest();
    };
    assertInOrder(terms, known && assertKnown, () => assertRefundable(purchase, sen));
    const pending = terms.pending();
    const refund: Refund = {
      partnerRefundNo,
      refundNo: crypto.randomUUID(),
      sen,
      sum: terms.sumOf(sen),
      reason,
      at: this.#clock.now(),
      state: 'pending',
      saysDone: pending?.saysDone ?? false,
    };
    purchase.refunds.push(refund);
    if (pending) {
      this.#keep(purchase);
      this.#agenda.in(pending.ms, () => this.#endRefund(purchase, refund, pending.as));
    } else {
      this.#endRefund(purchase, refund, 'success');
    }
    return refund;
  }

  #endRefund(purchase: Purchase, refund: Refund, state: 'success' | 'failed'): void {
    const { partnerReferenceNo, account } = purchase;
    const { partnerRefundNo, sum } = refund;
    refund.state = state;
    if (state === 'success') {
      const wallet = walletOf(account.accountId);
      const of = { partnerReferenceNo, partnerRefundNo };
      this.#ledger.moveSum('purchaseRefund', MERCHANT_RECEIVABLE, wallet, sum, of);
    }
    const back = purchase.refunds.filter((each) => each.state === 'success');
    if (totalOf(back) >= purchase.sen) this.#enter(purchase, 'refunded', 'refunded');
    else this.#keep(purchase);
  }

  /** Settles at once what would settle by itself later. */
  settle(partnerReferenceNo: string): Purchase | undefined {
    const purchase = this.find(partnerReferenceNo);
    if (purchase?.state === 'paid') purchase.isSettled = true;
    return purchase;
  }

  /** To be kept over a restart. */
  contents() {
    const versions = this.#versions.contents();
    return {
      purchases: [...this.#purchases.values()].map(plain),
      versions: new Map(
        [...versions].map(([key, kept]) => [
          key,
          kept.map(({ at, value }) => ({ at, value: plain(value) })),
        ]),
      ),
    };
  }

  /** What was under way is done meanwhile. */
  restore({ purchases, versions }: ReturnType<Purchases['contents']>): void {
    this.#versions.restore(versions);
    for (const purchase of purchases) this.#add(purchase);
    for (const purchase of purchases)
      for (const refund of purchase.refunds.filter(({ state }) => state === 'pending'))
        this.#endRefund(purchase, refund, 'success');
  }

  reset(): void {
    this.#purchases.clear();
    this.#byAccount.clear();
    this.#pages.clear();
    this.#versions.reset();
  }

  /** What time alone does to a purchase. */
  #age(purchase: Purchase): void {
    const now = this.#clock.now();
    if (purchase.expiresAt <= now) this.fail(purchase, 'expired');
    if (purchase.paidAt === undefined) return;
    const settlesAt =
      purchase.settlesAt?.(purchase.paidAt) ?? purchase.paidAt + this.#settleAfterMs;
    if (settlesAt <= now) purchase.isSettled = true;
  }

  #enter(purchase: Purchase, state: Purchase['state'], description: string): void {
    purchase.state = state;
    purchase.description = description;
    this.#keep(purchase);
    this.#onChange(purchase);
  }

  #keep(purchase: Purchase): void {
    const refunds = purchase.refunds.map((refund) => ({ ...refund }));
    this.#versions.keep(purchase.referenceNo, { ...purchase, refunds });
  }
}

/** Without what no file can hold: when it settles, where a temperament said so. */
const plain = (purchase: Purchase): Purchase => ({ ...purchase, settlesAt: undefined });

function assertOpenable({ account, sen }: Order): void {
  if (account.status === 'blocked') throw accountBlocked();
  if (sen < LEAST) throw invalidAmount();
  if (sen > (account.isVerified ? MOST_VERIFIED : MOST_UNVERIFIED)) throw exceedsLimit();
}

function assertRefundable(purchase: Purchase, sen: bigint): void {
  if (purchase.state !== 'paid' || !purchase.isSettled) throw operationNotAllowed();
  const refunds = purchase.refunds.filter(({ state }) => state !== 'failed');
  if (sen <= 0n || totalOf(refunds) + sen > purchase.sen) throw invalidAmount();
}

const totalOf = (refunds: readonly Refund[]) => refunds.reduce((sum, { sen }) => sum + sen, 0n);
