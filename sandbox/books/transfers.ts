import crypto from 'node:crypto';
import type { Clock } from './clock.js';
import { BANK, type Ledger, MERCHANT_CORPORATE, walletOf } from './ledger.js';
import { assertMovable, type Movement } from './movement.js';
import { Refusal } from './refusal.js';

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
  /** Held ones wait for {@link Transfers.finish}; their money moves then. */
  state: 'pending' | 'success' | 'failed';
}

/** Top-ups and bank transfers, and the money they move. */
export class Transfers {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  #transfers = new Map<string, Transfer>();
  #byAccount = new Map<string, Transfer[]>();
  /** References of which what is accepted stays in progress. */
  #held = new Set<string>();

  constructor(clock: Clock, ledger: Ledger) {
    this.#clock = clock;
    this.#ledger = ledger;
  }

  find(partnerReferenceNo: string): Transfer | undefined {
    return this.#transfers.get(partnerReferenceNo);
  }

  /** The first that fits. */
  search(fits: (transfer: Transfer) => boolean): Transfer | undefined {
    for (const transfer of this.#transfers.values()) if (fits(transfer)) return transfer;
    return undefined;
  }

  /** Of one account, oldest first. */
  of(accountId: string): readonly Transfer[] {
    return this.#byAccount.get(accountId) ?? [];
  }

  /** From the merchant's corporate balance to a wallet. */
  topUp(movement: Movement): Transfer {
    return this.#move('topUp', movement, MERCHANT_CORPORATE);
  }

  /** From a wallet to a bank account. */
  toBank(movement: Movement): Transfer {
    return this.#move('transferBank', movement, walletOf(movement.account.accountId));
  }

  /** What comes under this reference is accepted and then not finished. */
  hold(partnerReferenceNo: string): void {
    this.#held.add(partnerReferenceNo);
  }

  /** Ends one that was held: its money moves now, or never. */
  finish(partnerReferenceNo: string, state: 'success' | 'failed'): Transfer | undefined {
    const transfer = this.#transfers.get(partnerReferenceNo);
    if (transfer?.state !== 'pending') return undefined;
    if (state === 'success') this.#post(transfer);
    transfer.state = state;
    return transfer;
  }

  #move(kind: Transfer['kind'], movement: Movement, from: string): Transfer {
    const { account, ...rest } = movement;
    const known = this.#transfers.get(rest.partnerReferenceNo);
    assertMovable(movement, known, this.#ledger.balance(from));
    const transfer: Transfer = {
      ...rest,
      kind,
      accountId: account.accountId,
      referenceNo: crypto.randomUUID(),
      referenceNumber: `REF${crypto.randomInt(1_000_000_000)}`,
      at: this.#clock.now(),
      state: this.#held.has(rest.partnerReferenceNo) ? 'pending' : 'success',
    };
    if (transfer.state === 'success') this.#post(transfer);
    this.#transfers.set(transfer.partnerReferenceNo, transfer);
    const own = this.#byAccount.get(transfer.accountId) ?? [];
    own.push(transfer);
    this.#byAccount.set(transfer.accountId, own);
    return transfer;
  }

  #post({ kind, accountId, sen, partnerReferenceNo }: Transfer): void {
    const wallet = walletOf(accountId);
    const [from, to] = kind === 'topUp' ? [MERCHANT_CORPORATE, wallet] : [wallet, BANK];
    this.#ledger.move(kind, from, to, sen, { partnerReferenceNo });
  }

  reset(): void {
    this.#transfers.clear();
    this.#byAccount.clear();
    this.#held.clear();
  }
}

/** @throws Refusal while DOKU, which took it, is still working on it. */
export function assertFinished({ state }: Transfer): void {
  if (state === 'pending') throw new Refusal(202, '00', 'Request In Progress');
}
