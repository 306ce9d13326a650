import crypto from 'node:crypto';
import type { Agenda } from './agenda.js';
import type { Clock } from './clock.js';
import { BANK, type Ledger, MERCHANT_CORPORATE, walletOf } from './ledger.js';
import { assertMovable, type Movement } from './movement.js';
import { requestInProgress } from './refusal.js';
import type { Sum } from './rupiah.js';
import { type Terms, USUAL } from './terms.js';
import { Versions } from './versions.js';

export interface Transfer {
  readonly kind: 'topUp' | 'transferBank';
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly referenceNumber: string;
  readonly externalId: string;
  readonly accountId: string;
  readonly sen: bigint;
  /** What moves, or moved, for it. */
  readonly sum: Sum;
  readonly at: number;
  readonly fingerprint: string;
  /** Held ones wait for {@link Transfers.finish}; their money moves then. */
  state: 'pending' | 'success' | 'failed';
  readonly saysDone: boolean;
}

/** Top-ups and bank transfers, and the money they move. */
export class Transfers {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #agenda: Agenda;
  readonly #versions: Versions<Transfer>;
  #transfers = new Map<string, Transfer>();
  #byAccount = new Map<string, Transfer[]>();
  /** References of which what is accepted stays in progress. */
  #held = new Set<string>();

  constructor(clock: Clock, ledger: Ledger, agenda: Agenda) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#agenda = agenda;
    this.#versions = new Versions(clock);
  }

  /** Now, or as it was so long ago. */
  find(partnerReferenceNo: string, lagMs = 0): Transfer | undefined {
    return this.#seen(this.#transfers.get(partnerReferenceNo), lagMs);
  }

  /** The first that fits. */
  search(fits: (transfer: Transfer) => boolean): Transfer | undefined {
    for (const transfer of this.#transfers.values()) if (fits(transfer)) return transfer;
    return undefined;
  }

  /** Of one account, oldest first. */
  of(accountId: string, lagMs = 0): readonly Transfer[] {
    return (this.#byAccount.get(accountId) ?? []).flatMap(
      (transfer) => this.#seen(transfer, lagMs) ?? [],
    );
  }

  #seen(transfer: Transfer | undefined, lagMs: number): Transfer | undefined {
    return transfer && lagMs > 0 ? this.#versions.ago(transfer.referenceNo, lagMs) : transfer;
  }

  /** From the merchant's corporate balance to a wallet. */
  topUp(movement: Movement, terms: Terms = USUAL): Transfer {
    return this.#move('topUp', movement, MERCHANT_CORPORATE, terms);
  }

  /** From a wallet to a bank account. */
  toBank(movement: Movement, terms: Terms = USUAL): Transfer {
    return this.#move('transferBank', movement, walletOf(movement.account.accountId), terms);
  }

  /** What comes under this reference is accepted and then not finished. */
  hold(partnerReferenceNo: string): void {
    this.#held.add(partnerReferenceNo);
  }

  /** Ends one that was held: its money moves now, or never. */
  finish(partnerReferenceNo: string, state: 'success' | 'failed'): Transfer | undefined {
    const transfer = this.#transfers.get(partnerReferenceNo);
    if (transfer?.state !== 'pending') return undefined;
    this.#end(transfer, state);
    return transfer;
  }

  #move(kind: Transfer['kind'], movement: Movement, from: string, terms: Terms): Transfer {
    const { account, ...rest } = movement;
    const known = this.#transfers.get(rest.partnerReferenceNo);
    assertMovable(movement, known, this.#ledger.balance(from), terms);
    const pending = terms.pending();
    const transfer: Transfer = {
      ...rest,
      kind,
      accountId: account.accountId,
      sum: terms.sumOf(rest.sen),
      referenceNo: crypto.randomUUID(),
      referenceNumber: `REF${crypto.randomInt(1_000_000_000)}`,
      at: this.#clock.now(),
      state: 'pending',
      saysDone: pending?.saysDone ?? false,
    };
    this.#add(transfer, known === undefined);
    if (pending) {
      this.#versions.keep(transfer.referenceNo, transfer);
      this.#agenda.in(pending.ms, () => this.#end(transfer, pending.as));
    } else if (this.#held.has(rest.partnerReferenceNo)) {
      this.#versions.keep(transfer.referenceNo, transfer);
    } else {
      this.#end(transfer, 'success');
    }
    return transfer;
  }

  #add(transfer: Transfer, isFirst: boolean): void {
    if (isFirst) this.#transfers.set(transfer.partnerReferenceNo, transfer);
    const own = this.#byAccount.get(transfer.accountId) ?? [];
    own.push(transfer);
    this.#byAccount.set(transfer.accountId, own);
  }

  #end(transfer: Transfer, state: 'success' | 'failed'): void {
    if (transfer.state !== 'pending') return;
    if (state === 'success') this.#post(transfer);
    transfer.state = state;
    this.#versions.keep(transfer.referenceNo, transfer);
  }

  #post({ kind, accountId, sum, partnerReferenceNo }: Transfer): void {
    const wallet = walletOf(accountId);
    const [from, to] = kind === 'topUp' ? [MERCHANT_CORPORATE, wallet] : [wallet, BANK];
    this.#ledger.moveSum(kind, from, to, sum, { partnerReferenceNo });
  }

  /** To be kept over a restart. */
  contents() {
    return {
      transfers: this.#transfers,
      byAccount: this.#byAccount,
      held: this.#held,
      versions: this.#versions.contents(),
    };
  }

  /** What was under way and is not held is done meanwhile. */
  restore(contents: ReturnType<Transfers['contents']>): void {
    this.#transfers = contents.transfers;
    this.#byAccount = contents.byAccount;
    this.#held = contents.held;
    this.#versions.restore(contents.versions);
    for (const transfer of [...this.#byAccount.values()].flat())
      if (!this.#held.has(transfer.partnerReferenceNo)) this.#end(transfer, 'success');
  }

  reset(): void {
    this.#transfers.clear();
    this.#versions.reset();
    this.#byAccount.clear();
    this.#held.clear();
  }
}

/** @throws Refusal while DOKU, which took it, is still working on it. */
export function assertFinished({ state, saysDone }: Pick<Transfer, 'state' | 'saysDone'>): void {
  if (state === 'pending' && !saysDone) throw requestInProgress();
}
