/**
 * What `npm start` tells: a customer opens an account and pays, and a merchant who goes silent. Everything goes
 * through real HTTP, real signatures and Temporal.
 *
 * @module
 */
import { DokuJourneys, type PurchaseInput, type PurchaseResult } from '../../client/index.js';
import type { Stack } from './stack.js';

export interface Teller {
  chapter(title: string): void;
  line(text: string): void;
}

interface LedgerEntry {
  readonly type: string;
  readonly partnerReferenceNo?: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
}
interface LedgerView {
  readonly entries: readonly LedgerEntry[];
  readonly sum: string;
}

export interface Told {
  readonly customerId: string;
  /** What the ledger shows that it should not; empty when all is as it should be. */
  readonly mistakes: readonly string[];
}

const CUSTOMER = { name: 'Siti Rahayu', phoneNo: '081234567890', email: 'siti@example.com' };
const RETURN_URL = 'https://merchant.example/return';

/** Tells the story once, from an empty sandbox. @throws whatever a journey throws. */
export async function tellStory(stack: Stack, teller: Teller): Promise<Told> {
  const story = new Storyteller(stack, teller);
  const accountId = await story.openAccount();
  const paid = await story.payOrder();
  const silent = await story.silentMerchant('INV-SILENT-1', 'before it settles');
  const settled = await story.silentMerchant('INV-SILENT-2', 'after it settled', true);
  const ledger = await story.showLedger();
  return {
    customerId: story.customerId,
    mistakes: mistakesIn(ledger, accountId, [
      [paid, 'paid'],
      [silent, 'cancelled'],
      [settled, 'refunded'],
    ]),
  };
}

class Storyteller {
  readonly customerId = 'customer-1001';
  readonly #stack: Stack;
  readonly #teller: Teller;
  readonly #journeys: DokuJourneys;

  constructor(stack: Stack, teller: Teller) {
    this.#stack = stack;
    this.#teller = teller;
    this.#journeys = new DokuJourneys({ client: stack.client });
  }

  async openAccount(): Promise<string> {
    const { openAccount } = this.#journeys;
    const key = { customerId: this.customerId, reference: 'open-1' };
    this.#teller.chapter('A customer opens and binds a DOKU Wallet account');
    await openAccount.start({ ...key, customer: CUSTOMER, redirectUrl: RETURN_URL });
    this.#teller.line('The merchant asked DOKU for an account; DOKU sent the customer an OTP.');
    this.#see(`account/${key.customerId}/open/${key.reference}`);
    const { otp } = await this.#control<{ otp: string }>('GET', `otp?phoneNo=${CUSTOMER.phoneNo}`);
    const wrong = await openAccount.submitOtp(key, otp === '000000' ? '000001' : '000000');
    this.#teller.line(
      `A mistyped OTP: ${wrong.verified ? 'accepted' : `${wrong.reason}, ${wrong.triesLeft} tries left`}.`,
    );
    await openAccount.submitOtp(key, otp);
    this.#teller.line('The right OTP: DOKU opens the page where the customer sets a PIN.');
    await this.#return(key, 'registrations/open-1-1', 'createPin');
    this.#teller.line(
      'PIN set, account bound on the next page: the browser comes back with a code.',
    );
    await this.#return(key, 'bindings/open-1-2', 'confirm');
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

  /** An order that the reader may pay in a browser. */
  async openOrder(partnerReferenceNo: string): Promise<string> {
    const { webRedirectUrl } = await this.#journeys.purchase.redirect(
      this.#order(partnerReferenceNo),
    );
    return webRedirectUrl;
  }

  #order(partnerReferenceNo: string): PurchaseInput {
    return {
      partnerReferenceNo,
      customerId: this.customerId,
      amount: { value: '25000.00', currency: 'IDR' },
      returnUrl: RETURN_URL,
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
    const { uiUrl } = this.#stack;
    if (uiUrl)
      this.#teller.line(
        `See it: ${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`,
      );
  }

  async #control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#stack.sandbox.url}/_control/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the sandbox refused ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

/** Opens an order that stays open for the reader. */
export function openOrderFor(stack: Stack, partnerReferenceNo: string): Promise<string> {
  return new Storyteller(stack, { chapter: () => {}, line: () => {} }).openOrder(
    partnerReferenceNo,
  );
}

function mistakesIn(
  ledger: LedgerView,
  accountId: string,
  endings: readonly (readonly [PurchaseResult, PurchaseResult['outcome']])[],
): string[] {
  const mistakes = ledger.sum === '0.00' ? [] : [`the ledger sums to ${ledger.sum}`];
  for (const [{ partnerReferenceNo, outcome }, expected] of endings) {
    if (outcome !== expected)
      mistakes.push(`${partnerReferenceNo} ended ${outcome}, not ${expected}`);
    const net = ledger.entries
      .filter((entry) => entry.partnerReferenceNo === partnerReferenceNo)
      .flatMap((entry) => entry.legs)
      .filter((leg) => leg.account === `customer:${accountId}`)
      .reduce((sum, leg) => sum + Number(leg.amount), 0);
    const due = expected === 'paid' ? -25_000 : 0;
    if (net !== due)
      mistakes.push(`${partnerReferenceNo} moved ${net} on the customer's wallet, not ${due}`);
  }
  return mistakes;
}
