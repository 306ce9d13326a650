/**
 * Which customer a DOKU account belongs to. One account is one customer's (money rule 8).
 *
 * @module
 */
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import {
  type Client,
  WithStartWorkflowOperation,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { accountTakenError } from '../../contract/errors.js';
import { accountOwnerWorkflowId } from '../../contract/identity.js';
import { hasAccount } from './wallet.js';

const ANSWER_WITHIN_MS = 10_000;

const stretched = promisify<string, string, number, Buffer>(scrypt);

interface Claim {
  readonly customerId: string;
  readonly insteadOf?: string;
}

export interface AccountOwnersOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** The DOKU client ID: another one knows the same accounts by other IDs. */
  readonly clientId: string;
}

export class AccountOwners {
  readonly #options: AccountOwnersOptions;
  /** Those that this process has seen claimed by whom, so that it asks once. */
  readonly #noted = new Set<string>();

  constructor(options: AccountOwnersOptions) {
    this.#options = options;
  }

  /** @throws ApplicationFailure `AccountTaken`, not retryable, where the account is bound by another customer. */
  async claim(accountId: string, customerId: string): Promise<void> {
    const owner = await this.#claimed(accountId, { customerId });
    if (owner === customerId) return;
    if (await hasAccount(this.#options.client, owner, accountId)) throw taken();
    // The owner's binding ended at DOKU's side, and nobody told.
    const then = await this.#claimed(accountId, { customerId, insteadOf: owner });
    if (then !== customerId) throw taken();
  }

  /** Claims for a binding that is older than claims are. Whoever else has the account keeps it. */
  async note(accountId: string, customerId: string): Promise<void> {
    const key = `${accountId} ${customerId}`;
    if (this.#noted.has(key)) return;
    await this.#claimed(accountId, { customerId });
    this.#noted.add(key);
  }

  /** The customer who has the account bound now, as far as it is known here. */
  async ownerOf(accountId: string): Promise<string | undefined> {
    const { client } = this.#options;
    try {
      const handle = await this.#handle(accountId);
      const owner = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        handle.query<string | null>('owner'),
      );
      return owner !== null && (await hasAccount(client, owner, accountId)) ? owner : undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** Safe to repeat. */
  async release(accountId: string, customerId: string): Promise<void> {
    this.#noted.delete(`${accountId} ${customerId}`);
    try {
      const handle = await this.#handle(accountId);
      await handle.executeUpdate<void, [Claim]>('release', { args: [{ customerId }] });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async #claimed(accountId: string, claim: Claim): Promise<string> {
    const { client, taskQueue } = this.#options;
    const workflowId = await this.#workflowId(accountId);
    return client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      client.workflow.executeUpdateWithStart<Workflow, string, [Claim]>('claim', {
        args: [claim],
        startWorkflowOperation: new WithStartWorkflowOperation('accountOwner', {
          workflowId,
          taskQueue,
          args: [{}],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Whose a DOKU account is',
        }),
      }),
    );
  }

  async #handle(accountId: string): Promise<WorkflowHandle> {
    return this.#options.client.workflow.getHandle(await this.#workflowId(accountId));
  }

  /** A DOKU ID is a person's, and workflow IDs stand in the clear: trying all of them out must not be worth it. */
  async #workflowId(accountId: string): Promise<string> {
    const digest = await stretched(accountId, `doku-account ${this.#options.clientId}`, 16);
    return accountOwnerWorkflowId(digest.toString('hex'));
  }
}

const taken = () =>
  ApplicationFailure.nonRetryable(
    'the DOKU account is bound by another customer of this merchant',
    accountTakenError.type,
  );
