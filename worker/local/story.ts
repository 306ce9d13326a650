/**
 * What `npm start` tells: every journey once, and a merchant who goes silent. Everything goes through real HTTP, real
 * signatures and Temporal.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { DokuJourneys, type PurchaseInput, type PurchaseResult } from '../../client/index.js';
import { requestNumber } from '../../workflows/mechanisms/request-number.js';
import { expected, type LedgerView, mistakesIn } from './ledger-check.js';

export interface Teller {
  chapter(title: string): void;
  line(text: string): void;
}

export interface Told {
  /** Of the customer, at DOKU. */
  readonly accountId: string;
  /** What the ledger shows that it should not; empty when all is as it should be. */
  readonly mistakes: readonly string[];
}

const CUSTOMER = { name: 'Siti Rahayu', phoneNo: '081234567890', email: 'siti@example.com' };

/** What a story is told of. */
export interface Stage {
  readonly client: Client;
  readonly sandbox: { readonly url: string };
  readonly uiUrl: string | undefined;
}

/** The customer whom the story leaves with a bound account, and money in it. */
export const CUSTOMER_ID = 'customer-1001';

/** Where DOKU's pages send the browser back to: a page of the sandbox's example shop. */
export const returnUrlOf = (sandboxUrl: string) => `${sandboxUrl}/shop/return`;

/** The story's first journey, which alone makes the customer ready to pay. */
const OPENING = `account/${CUSTOMER_ID}/open/open-1`;

/** Of the journeys that the story starts. */
const STORY = new Set([
  OPENING,
  ...['close/close-1', 'open/open-2'].map((key) => `account/${CUSTOMER_ID}/${key}`),
  ...['INV-1', 'INV-SILENT-1', 'INV-SILENT-2'].map((number) => `purchase/${number}`),
  'refund/REF-1',
  'authorized-purchase/HOTEL-1',
  'top-up/CASHBACK-1',
  'top-up-batch/payout-1',
  'transfer/TRANSFER-1',
]);

/** Whether the story itself tells of it. */
export const isOfStory = (workflowId: string): boolean => STORY.has(workflowId);

export const isOpening = (workflowId: string): boolean => workflowId === OPENING;

/** Tells the story once, from an empty sandbox. @throws whatever a journey throws. */
export async function tellStory(stage: Stage, teller: Teller): Promise<Told> {
  const story = new Storyteller(stage, teller);
  const accountId = await story.openAccount();
  const paid = await story.payOrder();
  const silent = await story.silentMerchant('INV-SILENT-1', 'before it settles');
  const settled = await story.silentMerchant('INV-SILENT-2', 'after it settled', true);
  const others = [
    await story.refund(paid),
    await story.authorizedPurchase(),
    await story.topUp(),
    await story.topUpBatch(),
    await story.bankTransfer(),
    await story.read(),
    await story.closeAccount(),
    await story.comeBack(accountId),
    await story.reconcile(),
  ];
  const ledger = await story.showLedger();
  return {
    accountId,
    mistakes: [
      ...mistakesIn(ledger, accountId, [
        [paid, 'paid', -20_000],
        [silent, 'cancelled', 0],
        [settled, 'refunded', 0],
      ]),
      ...others.flat(),
    ],
  };
}

class Storyteller {
  readonly customerId = CUSTOMER_ID;
  readonly #stage: Stage;
  readonly #teller: Teller;
  readonly #journeys: DokuJourneys;

  constructor(stage: Stage, teller: Teller) {
    this.#stage = stage;
    this.#teller = teller;
    this.#journeys = new DokuJourneys({ client: stage.client });
  }

  get #returnUrl(): string {
    return returnUrlOf(this.#stage.sandbox.url);
  }

  async openAccount(): Promise<string> {
    const { openAccount } = this.#journeys;
    const key = { customerId: this.customerId, reference: 'open-1' };
    this.#teller.chapter('A customer opens and binds a DOKU Wallet account');
    await openAccount.start({ ...key, customer: CUSTOMER, redirectUrl: this.#returnUrl });
    this.#teller.line('The merchant asked DOKU for an account; DOKU sent the customer an OTP.');
    this.#see(`account/${key.customerId}/open/${key.reference}`);
    const { otp } = await this.#control<{ otp: string }>('GET', `otp?phoneNo=${CUSTOMER.phoneNo}`);
    const wrong = await openAccount.submitOtp(key, otp === '000000' ? '000001' : '000000');
    this.#teller.line(
      `A mistyped OTP: ${wrong.verified ? 'accepted' : `${wrong.reason}, ${wrong.triesLeft} tries left`}.`,
    );
    await openAccount.submitOtp(key, otp);
    this.#teller.line('The right OTP: DOKU opens the page where the customer sets a PIN.');
    const numberOf = (request: number) => requestNumber({ journey: 'open', ...key }, request);
    await this.#return(key, `registrations/${numberOf(1)}`, 'createPin');
    this.#teller.line(
      'PIN set, account bound on the next page: the browser comes back with a code.',
    );
    await this.#return(key, `bindings/${numberOf(2)}`, 'confirm');
    const { outcome, accountId = '' } = await openAccount.result(key);
    this.#teller.line(
      `Outcome: ${outcome}, DOKU account ${accountId}. The wallet entity holds the token.`,
    );
    await this.#topUp(accountId);
    return accountId;
  }

  async payOrder(): Promise<PurchaseResult> {
    const order = this.#order('INV-1');
    this.#teller.chapter('The customer pays an order');
    await this.#pay(order);
    const result = await this.#journeys.purchase.result(order.partnerReferenceNo);
    this.#teller.line(`Outcome: ${result.outcome}, proven by DOKU's own status.`);
    return result;
  }

  async silentMerchant(
    partnerReferenceNo: string,
    when: string,
    settles = false,
  ): Promise<PurchaseResult> {
    const order = { ...this.#order(partnerReferenceNo), acknowledgeWithin: '3 seconds' };
    this.#teller.chapter(`The merchant goes silent after a payment, ${when}`);
    await this.#pay(order);
    if (settles) await this.#control('POST', 'settle', { partnerReferenceNo });
    this.#teller.line(
      `Paid, and the merchant has ${order.acknowledgeWithin} to acknowledge. It never does…`,
    );
    const result = await this.#journeys.purchase.result(partnerReferenceNo);
    this.#teller.line(
      `Outcome: ${result.outcome} (${result.reason}). The money came back by itself.`,
    );
    return result;
  }

  /** @returns what is not as it should be, as all chapters after the purchases do. */
  async refund(purchase: PurchaseResult): Promise<string[]> {
    this.#teller.chapter('A part of an order comes back');
    const { partnerReferenceNo } = purchase;
    await this.#control('POST', 'settle', { partnerReferenceNo });
    await this.#journeys.refund.start({
      partnerRefundNo: 'REF-1',
      partnerReferenceNo,
      customerId: this.customerId,
      amount: idr('5000.00'),
      reason: 'one item returned',
    });
    this.#see('refund/REF-1');
    const { outcome, by } = await this.#journeys.refund.result('REF-1');
    this.#teller.line(`Outcome: ${outcome} by ${by}, proven by DOKU's refund history.`);
    return expected('REF-1', outcome, 'refunded');
  }

  async authorizedPurchase(): Promise<string[]> {
    const { authorizedPurchase } = this.#journeys;
    this.#teller.chapter('A hotel holds an amount, and takes a part of it');
    const partnerReferenceNo = 'HOTEL-1';
    await authorizedPurchase.authorize({
      partnerReferenceNo,
      customerId: this.customerId,
      amount: idr('30000.00'),
      title: 'Two nights',
    });
    this.#see(`authorized-purchase/${partnerReferenceNo}`);
    this.#teller.line('IDR 30000.00 are held.');
    await authorizedPurchase.capture(partnerReferenceNo, {
      partnerCaptureNo: 'HOTEL-1-NIGHT',
      amount: idr('12000.00'),
      last: true,
    });
    const { outcome, captured, voided } = await authorizedPurchase.result(partnerReferenceNo);
    this.#teller.line(`Outcome: ${outcome}, IDR ${captured} taken, IDR ${voided} given back.`);
    return expected(partnerReferenceNo, `${captured} ${voided}`, '12000.00 18000.00');
  }

  async topUp(): Promise<string[]> {
    this.#teller.chapter('A cashback goes to the wallet');
    const partnerReferenceNo = 'CASHBACK-1';
    await this.#journeys.topUp.start({
      partnerReferenceNo,
      customerId: this.customerId,
      amount: idr('1500.00'),
    });
    this.#see(`top-up/${partnerReferenceNo}`);
    const { outcome } = await this.#journeys.topUp.result(partnerReferenceNo);
    this.#teller.line(`Outcome: ${outcome}, proven by Query Top Up.`);
    return expected(partnerReferenceNo, outcome, 'completed');
  }

  async topUpBatch(): Promise<string[]> {
    this.#teller.chapter('A payout of many rows, from a CSV file');
    const rows = Array.from({ length: 25 }, (_, row) => `PAYOUT-${row},${this.customerId},100.00`);
    const csv = ['partnerReferenceNo,customerId,amount', ...rows].join('\n');
    await this.#journeys.topUpBatch.start({ batchReference: 'payout-1', csv });
    this.#see('top-up-batch/payout-1');
    const { outcome, counts } = await this.#journeys.topUpBatch.result('payout-1');
    this.#teller.line(`Outcome: ${outcome}, ${counts.completed} of ${rows.length} rows completed.`);
    return expected('payout-1', String(counts.completed), String(rows.length));
  }

  async bankTransfer(): Promise<string[]> {
    const { bankTransfer } = this.#journeys;
    this.#teller.chapter('The customer moves money to a bank');
    const partnerReferenceNo = 'TRANSFER-1';
    const { beneficiaryAccountName, beneficiaryBankName } = await bankTransfer.beneficiary({
      partnerReferenceNo,
      customerId: this.customerId,
      amount: idr('7000.00'),
      beneficiaryAccountNumber: '8377388292',
      beneficiaryBankCode: '014',
    });
    this.#teller.line(
      `${beneficiaryBankName} says whose account it is: ${beneficiaryAccountName}.`,
    );
    this.#see(`transfer/${partnerReferenceNo}`);
    // DOKU does the payment, and its answer is lost on the way.
    await this.#control('POST', 'faults', {
      operation: 'transferBank',
      fault: 'drop',
      when: 'after',
      times: 1,
      match: { partnerReferenceNo },
    });
    await bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName);
    this.#teller.line('The customer confirms the name. DOKU pays, and its answer is lost…');
    const { outcome } = await bankTransfer.result(partnerReferenceNo);
    this.#teller.line(`Outcome: ${outcome}, proven by DOKU's history; sent once.`);
    return expected(partnerReferenceNo, outcome, 'completed');
  }

  async read(): Promise<string[]> {
    const { reads } = this.#journeys;
    this.#teller.chapter('Balance and history');
    const { availableBalance } = await reads.balance(this.customerId);
    this.#teller.line(`The wallet holds IDR ${availableBalance}.`);
    let entries = 0;
    const from = new Date(Date.now() - 90 * 86_400_000);
    for await (const _entry of reads.history(this.customerId, { from })) entries += 1;
    this.#teller.line(`DOKU's history of the last 90 days has ${entries} entries.`);
    // 100000 in; 25000 paid, 5000 back; 12000 captured; 1500 and 2500 topped up; 7000 to the bank.
    return expected('balance', availableBalance, '65000.00');
  }

  async closeAccount(): Promise<string[]> {
    const { closeAccount } = this.#journeys;
    const key = { customerId: this.customerId, reference: 'close-1' };
    this.#teller.chapter('The customer leaves');
    await closeAccount.start(key);
    this.#see(`account/${key.customerId}/close/${key.reference}`);
    const { otp } = await this.#control<{ otp: string }>('GET', `otp?phoneNo=${CUSTOMER.phoneNo}`);
    await closeAccount.submitOtp(key, otp);
    const { outcome } = await closeAccount.result(key);
    this.#teller.line(
      `Outcome: ${outcome}, proven by Account Inquiry. The wallet entity has ended.`,
    );
    return expected('close-1', outcome, 'unbound');
  }

  async comeBack(accountId: string): Promise<string[]> {
    const key = { customerId: this.customerId, reference: 'open-2' };
    this.#teller.chapter('The customer comes back');
    await this.#journeys.openAccount.start({ ...key, accountId, redirectUrl: this.#returnUrl });
    this.#teller.line('Who has a DOKU account starts at the binding page.');
    await this.#return(key, `bindings/${requestNumber({ journey: 'open', ...key }, 1)}`, 'confirm');
    const { outcome } = await this.#journeys.openAccount.result(key);
    this.#teller.line(`Outcome: ${outcome}.`);
    return expected('open-2', outcome, 'bound');
  }

  async reconcile(): Promise<string[]> {
    this.#teller.chapter('The day is reconciled');
    const period = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    await this.#journeys.reconciliation.start(period);
    const { counts } = await this.#journeys.reconciliation.result(period);
    this.#teller.line(
      `${counts.checked} journeys and rows, ${counts.entries} entries of DOKU's history: ${counts.mismatched} mismatches.`,
    );
    return expected('reconciliation', String(counts.mismatched), '0');
  }

  async showLedger(): Promise<LedgerView> {
    const ledger = await this.#control<LedgerView>('GET', 'ledger');
    this.#teller.chapter("DOKU's ledger");
    for (const { type, partnerReferenceNo = '', legs } of ledger.entries) {
      const moved = legs.map(({ account, amount }) => `${account} ${amount}`).join(', ');
      this.#teller.line(`${type.padEnd(15)} ${partnerReferenceNo.padEnd(14)} ${moved}`);
    }
    this.#teller.line(`Sum over all legs: ${ledger.sum}`);
    return ledger;
  }

  #order(partnerReferenceNo: string): PurchaseInput {
    return {
      partnerReferenceNo,
      customerId: this.customerId,
      amount: { value: '25000.00', currency: 'IDR' },
      returnUrl: this.#returnUrl,
    };
  }

  async #pay(order: PurchaseInput): Promise<void> {
    const { webRedirectUrl } = await this.#journeys.purchase.redirect(order);
    this.#teller.line(`One round trip later the backend has DOKU's page: ${webRedirectUrl}`);
    this.#see(`purchase/${order.partnerReferenceNo}`);
    await this.#control('POST', `purchases/${order.partnerReferenceNo}/customer`, {
      action: 'pay',
    });
    this.#teller.line('The customer entered the PIN; the browser came back to the merchant.');
    await this.#journeys.purchase.customerReturned(order.partnerReferenceNo);
  }

  /** DOKU's page does what a customer would, and the backend passes the return on. */
  async #return(
    key: { customerId: string; reference: string },
    page: string,
    action: string,
  ): Promise<void> {
    const { redirectUrl } = await this.#control<{ redirectUrl: string }>(
      'POST',
      `${page}/customer`,
      { action },
    );
    await this.#journeys.openAccount.returned(key, new URL(redirectUrl).search);
  }

  /** A new account is empty: somebody else puts money in. */
  async #topUp(accountId: string): Promise<void> {
    await this.#control('POST', `accounts/${accountId}/balance`, { add: '100000.00' });
    this.#teller.line('The customer tops the wallet up with IDR 100000.00.');
  }

  #see(workflowId: string): void {
    const { uiUrl } = this.#stage;
    if (uiUrl)
      this.#teller.line(
        `See it: ${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`,
      );
  }

  async #control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#stage.sandbox.url}/_control/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the sandbox refused ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

/** The customer's first chapter, untold. @returns the account at DOKU, with money in it. */
export const prepareCustomer = (stage: Stage): Promise<string> =>
  new Storyteller(stage, { chapter: () => {}, line: () => {} }).openAccount();

const idr = (value: string) => ({ value, currency: 'IDR' as const });
