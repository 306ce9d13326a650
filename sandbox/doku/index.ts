import crypto from 'node:crypto';
import { Accounts, type Binding } from '../books/accounts.js';
import { Agenda } from '../books/agenda.js';
import { Authorizations } from '../books/authorizations.js';
import { Clock } from '../books/clock.js';
import { FUNDING, Ledger, MERCHANT_CORPORATE } from '../books/ledger.js';
import type { Purchase } from '../books/purchase.js';
import { Purchases } from '../books/purchases.js';
import { senOf } from '../books/rupiah.js';
import { Tokens } from '../books/tokens.js';
import { Transfers } from '../books/transfers.js';
import { Temperaments } from '../temperaments/index.js';
import { Works } from '../temperaments/works.js';
import { Faults } from './faults.js';
import type { Identities, Merchant } from './identities.js';
import { Requests } from './requests.js';
import type { SandboxSettings } from './settings.js';

/** Everything the sandbox knows, in memory. */
export class Doku {
  readonly settings: SandboxSettings;
  readonly merchant: Merchant;
  readonly clock = new Clock();
  readonly agenda = new Agenda(this.clock);
  readonly ledger: Ledger;
  readonly tokens: Tokens;
  readonly accounts: Accounts;
  readonly purchases: Purchases;
  readonly transfers: Transfers;
  readonly authorizations: Authorizations;
  readonly faults = new Faults();
  readonly temperaments = new Temperaments(this.clock);
  readonly requests: Requests;
  readonly works: Works;
  /** DOKU's own key: signs its tokens and its requests to the merchant. */
  readonly privateKey: crypto.KeyObject;
  readonly publicKeyPem: string;
  /** Base of the sandbox's pages; known once it listens. */
  url = '';
  /** Whether a gateway answers every call in DOKU's place. */
  isInMaintenance = false;
  #externalIds = new Map<string, { day: string; bodyHash: string; answer: unknown }>();

  constructor(
    settings: SandboxSettings,
    { merchant, privateKey }: Identities,
    onPurchase: (purchase: Purchase) => void,
  ) {
    this.settings = settings;
    this.merchant = merchant;
    this.privateKey = privateKey;
    this.publicKeyPem = crypto
      .createPublicKey(this.privateKey)
      .export({ type: 'spki', format: 'pem' })
      .toString();
    this.ledger = new Ledger(this.clock);
    this.tokens = new Tokens(this.clock, this.privateKey, this.merchant.clientId);
    this.accounts = new Accounts(this.clock);
    this.purchases = new Purchases(
      this.clock,
      this.ledger,
      this.agenda,
      settings.settleAfterMs,
      onPurchase,
    );
    this.transfers = new Transfers(this.clock, this.ledger, this.agenda);
    this.authorizations = new Authorizations(this.clock, this.ledger);
    this.requests = new Requests(this.clock);
    this.works = new Works(this.agenda);
    this.#open();
  }

  /** Remembers an external ID for the day. @returns the earlier request's record, if it is a repeat. */
  useExternalId(externalId: string, bodyHash: string) {
    const day = this.clock.day();
    const earlier = this.#externalIds.get(externalId);
    if (earlier?.day === day) return earlier;
    const record = { day, bodyHash, answer: undefined as unknown };
    this.#externalIds.set(externalId, record);
    if (this.#externalIds.size % 10_000 === 0) this.#forgetOldExternalIds(day);
    return undefined;
  }

  rememberAnswer(externalId: string, answer: unknown): void {
    const record = this.#externalIds.get(externalId);
    if (record && this.settings.duplicateExternalId === 'replay') record.answer = answer;
  }

  /** Ends a binding and all that its customer's tokens allow. */
  unlink(binding: Binding): void {
    this.accounts.turn(binding, 'unlinked');
    this.tokens.revoke(binding.accountId);
    this.tokens.forgetAuthCodes(binding.accountId);
  }

  /** All books, to be kept over a restart. Temperaments, faults and the log of requests are not of them. */
  contents() {
    return {
      clock: this.clock.contents(),
      ledger: this.ledger.contents(),
      tokens: this.tokens.contents(),
      accounts: this.accounts.contents(),
      purchases: this.purchases.contents(),
      transfers: this.transfers.contents(),
      authorizations: this.authorizations.contents(),
      externalIds: this.#externalIds,
    };
  }

  /** Goes on from what was kept. */
  restore(contents: ReturnType<Doku['contents']>): void {
    this.clock.restore(contents.clock);
    this.ledger.restore(contents.ledger);
    this.tokens.restore(contents.tokens);
    this.accounts.restore(contents.accounts);
    this.purchases.restore(contents.purchases);
    this.transfers.restore(contents.transfers);
    this.authorizations.restore(contents.authorizations);
    this.#externalIds = contents.externalIds;
  }

  /** As freshly started, with the same keys. */
  reset(): void {
    for (const part of [
      this.ledger,
      this.tokens,
      this.accounts,
      this.purchases,
      this.transfers,
      this.authorizations,
      this.requests,
      this.temperaments,
      this.works,
      this.agenda,
      this.clock,
    ]) {
      part.reset();
    }
    this.faults.clear();
    this.isInMaintenance = false;
    this.#externalIds.clear();
    this.#open();
  }

  #open(): void {
    this.ledger.move('opening', FUNDING, MERCHANT_CORPORATE, senOf(this.settings.corporateBalance));
  }

  #forgetOldExternalIds(day: string): void {
    for (const [id, record] of this.#externalIds)
      if (record.day !== day) this.#externalIds.delete(id);
  }
}
