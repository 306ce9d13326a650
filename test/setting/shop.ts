import './quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import {
  DokuJourneys,
  DokuJourneysError,
  type PurchaseInput,
  type PurchaseResult,
} from '../../client/index.js';
import { purchaseWorkflowId, walletWorkflowId } from '../../contract/identity.js';
import { forget } from './resets.js';
import { type SandboxAccount, SandboxControl } from './sandbox-control.js';

/** An amount of rupiah, such as "10000.00". */
export const idr = (value: string) => ({ value, currency: 'IDR' as const });

const isWorthAgain = (error: unknown) => error instanceof DokuJourneysError && error.isWorthAgain;

/** As a backend whose worker is busy: makes a call again while the client says that it is worth it. */
export const untilAnswered = <Answer>(call: () => Promise<Answer>): Promise<Answer> =>
  eventually(call, () => true);

/** A merchant in a test: its journeys, and DOKU's side of them. */
export class Shop {
  readonly journeys: DokuJourneys;
  readonly doku: SandboxControl;
  readonly #client: Client;
  readonly #taskQueue: string;

  constructor(client: Client, sandboxUrl: string, taskQueue = 'doku-journeys') {
    this.#client = client;
    this.#taskQueue = taskQueue;
    // Tests wait as long as a loaded machine takes.
    const answerWithinMs = Number.POSITIVE_INFINITY;
    this.journeys = new DokuJourneys({ client, taskQueue, answerWithinMs });
    this.doku = new SandboxControl(sandboxUrl);
  }

  /** A customer whose account is bound, with money in it. */
  async boundCustomer(
    overrides: Record<string, unknown> = {},
  ): Promise<SandboxAccount & { customerId: string }> {
    const customerId = `customer-${randomUUID()}`;
    const account = await this.doku.account({ bound: true, ...overrides });
    const { accountId, linkId, authCode } = account;
    const isBound = await this.#client.workflow.executeUpdateWithStart('bind', {
      args: [{ accountId, linkId, authCode }],
      startWorkflowOperation: new WithStartWorkflowOperation('wallet', {
        workflowId: walletWorkflowId(customerId),
        taskQueue: this.#taskQueue,
        args: [{ customerId }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
    assert.equal(isBound, true);
    return { ...account, customerId };
  }

  order(customerId: string, overrides: Partial<PurchaseInput> = {}): PurchaseInput {
    return {
      partnerReferenceNo: `INV-${randomUUID()}`,
      customerId,
      amount: { value: '10000.00', currency: 'IDR' },
      returnUrl: 'https://merchant.example/return',
      ...overrides,
    };
  }

  /** Has Temporal forget a purchase that has ended. */
  forget(partnerReferenceNo: string): Promise<void> {
    return forget(this.#client, purchaseWorkflowId(partnerReferenceNo));
  }

  /** Starts a purchase, has the customer pay it on DOKU's page, and tells the journey. */
  async paid(order: PurchaseInput): Promise<void> {
    await this.journeys.purchase.redirect(order);
    const { outcome } = await this.doku.customer(order.partnerReferenceNo, 'pay');
    assert.equal(outcome, 'paid');
    await this.journeys.purchase.notified(order.partnerReferenceNo);
  }

  /** What the ledger says of a purchase: how often the customer was debited, and what it came to in the end. */
  async ledgerOf(
    partnerReferenceNo: string,
  ): Promise<{ debits: number; net: number; types: string[] }> {
    const entries = await this.doku.entries(partnerReferenceNo);
    const net = entries
      .flatMap((entry) => entry.legs)
      .filter((leg) => leg.account.startsWith('customer:'))
      .reduce((sum, leg) => sum + Number(leg.amount), 0);
    const types = entries.map((entry) => entry.type);
    return { debits: types.filter((type) => type === 'purchase').length, net, types };
  }

  /** Fails unless a result is exactly what DOKU's ledger says. */
  async assertProven(result: PurchaseResult, value: string): Promise<void> {
    const { debits, net, types } = await this.ledgerOf(result.partnerReferenceNo);
    const said = `${result.partnerReferenceNo} ended ${result.outcome} (${result.reason}), ledger ${types.join(' ')}`;
    assert.ok(debits <= 1, `at most one debit: ${said}`);
    assert.equal(net, result.outcome === 'paid' ? -Number(value) : 0, said);
    assert.equal((await this.doku.ledger()).sum, '0.00');
  }
}

/**
 * Repeats a look until it shows what is expected, less often as it takes longer, and what the client says is worth trying again: a worker
 * may not be up yet, or be busy. Fails after two minutes, or as many milliseconds as are given.
 */
export async function eventually<T>(
  look: () => Promise<T>,
  isExpected: (seen: T) => boolean,
  // Long, as only what fails waits for it, and machines may be busy.
  withinMs = 120_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const seen = await look().then(
      (answer) => ({ answer }),
      (error: unknown) => {
        if (!isWorthAgain(error) || Date.now() > until) throw error;
      },
    );
    if (seen && isExpected(seen.answer)) return seen.answer;
    assert.ok(Date.now() < until, `not seen in time; last ${JSON.stringify(seen?.answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
