import {
  type Client,
  WithStartWorkflowOperation,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { customerNotBoundError } from '../../contract/errors.js';
import { walletWorkflowId } from '../../contract/identity.js';
import { tokenMarginMs } from '../../contract/token-margin.js';
import { isEndedAsAbandoned } from '../journeys/abandoned.js';
import { CustomerNotBoundError, type IssuedToken, type TokenSource } from '../snap/token-source.js';
import { merchantSessionStart } from './merchant-session.js';

/** No token could be had now, so nothing was sent to DOKU: trying again later is safe. */
export class TokenUnavailableError extends Error {
  override readonly name = 'TokenUnavailableError';
}

/** A token this near its end is asked for anew rather than used. */
const ASK_BEFORE_MS = 45_000;
/** Of tokens that live less than four minutes. Less than the entity's share: what it hands out is used. */
const ASK_BEFORE_SHARE = 3 / 16;
/** An entity answers within a few milliseconds unless it renews; past this nobody is there to answer. */
const ANSWER_WITHIN_MS = 12_000;

export interface FleetTokensOptions {
  readonly client: Client;
  readonly clientId: string;
  readonly taskQueue: string;
  readonly now: () => Date;
}

/**
 * The fleet's {@link TokenSource}: keeps tokens in this process's memory and asks the `merchantSession` and
 * `wallet` entities only when one is missing, near its end or refused.
 */
export function createFleetTokens(options: FleetTokensOptions): TokenSource {
  const tokens = new HeldTokens(options.now);
  /** The account that a customer was bound to when the wallet was asked last; it is asked again before it is believed. */
  const lastKnown = new Map<string, string>();
  const keyOf = (customerId: string, accountId: string) => `customer ${customerId} ${accountId}`;

  const ofAccount = async (customerId: string, refused: number | undefined, accountId: string) => {
    const ask = () => askWallet(options, customerId, { ...requestOf(refused), accountId });
    const token = await tokens.token(keyOf(customerId, accountId), refused, ask);
    // What else is issued is not used, whoever issued it (money rule 8).
    if (token.accountId !== accountId)
      throw new TokenUnavailableError('the wallet gave a token of another account');
    return token;
  };

  const firstAsked = new Map<string, Promise<unknown>>();

  const first = async (customerId: string, refused: number | undefined) => {
    const token = await askWallet(options, customerId, requestOf(refused));
    if (token.accountId !== undefined) {
      lastKnown.set(customerId, token.accountId);
      tokens.hold(keyOf(customerId, token.accountId), token);
    }
    return token;
  };

  const ofCurrentAccount = async (customerId: string, refused: number | undefined) => {
    // Many may begin at once: one asks for the token, the others only whether it is still of the account of now.
    await firstAsked.get(customerId)?.catch(() => undefined);
    const known = lastKnown.get(customerId);
    if (known === undefined || !tokens.has(keyOf(customerId, known), refused)) {
      const asked = first(customerId, refused).finally(() => firstAsked.delete(customerId));
      firstAsked.set(customerId, asked);
      return asked;
    }
    // The customer may have bound another account since, or none: whoever names none means the one of now.
    const current = await boundAccount(options, customerId);
    if (current !== undefined) {
      lastKnown.set(customerId, current);
      return ofAccount(customerId, refused, current);
    }
    lastKnown.delete(customerId);
    throw new CustomerNotBoundError(customerId);
  };

  return {
    b2b: (refused) => tokens.token('b2b', refused, () => askMerchantSession(options, refused)),
    customer: (customerId, refused, accountId) =>
      accountId === undefined
        ? ofCurrentAccount(customerId, refused)
        : ofAccount(customerId, refused, accountId),
  };
}

/** The tokens in this process's memory, each under what it is for. */
class HeldTokens {
  readonly #now: () => Date;
  readonly #held = new Map<string, IssuedToken>();
  readonly #asking = new Map<string, Promise<IssuedToken>>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  has(key: string, refused: number | undefined): boolean {
    const token = this.#held.get(key);
    return token !== undefined && token.generation !== refused && this.#lasts(token);
  }

  async token(
    key: string,
    refused: number | undefined,
    ask: () => Promise<IssuedToken>,
  ): Promise<IssuedToken> {
    if (this.has(key, refused)) return this.#held.get(key) as IssuedToken;
    // A process asks once, however many of its activities need the same token at once.
    const question = `${key} ${refused ?? ''}`;
    const pending = this.#asking.get(question) ?? this.#asked(key, question, ask);
    this.#asking.set(question, pending);
    return pending;
  }

  /** A later one is not given up for one that was longer on its way. */
  hold(key: string, token: IssuedToken): void {
    const held = this.#held.get(key);
    if (held === undefined || held.generation <= token.generation) this.#held.set(key, token);
  }

  async #asked(
    key: string,
    question: string,
    ask: () => Promise<IssuedToken>,
  ): Promise<IssuedToken> {
    try {
      const token = await ask();
      this.hold(key, token);
      return token;
    } catch (error) {
      if (error instanceof CustomerNotBoundError) this.#held.delete(key);
      throw error;
    } finally {
      this.#asking.delete(question);
      this.#forgetRunOut();
    }
  }

  /** Customers who are gone must not stay in memory. */
  #forgetRunOut(): void {
    for (const [key, token] of this.#held) if (!this.#lasts(token)) this.#held.delete(key);
  }

  #lasts(token: IssuedToken): boolean {
    const marginMs = tokenMarginMs(token, ASK_BEFORE_MS, ASK_BEFORE_SHARE);
    return Date.parse(token.expiresAt) - this.#now().getTime() > marginMs;
  }
}

interface TokenRequest {
  readonly refusedGeneration?: number;
  readonly accountId?: string;
}

const requestOf = (refusedGeneration: number | undefined): TokenRequest =>
  refusedGeneration === undefined ? {} : { refusedGeneration };

async function askMerchantSession(
  options: FleetTokensOptions,
  refused: number | undefined,
): Promise<IssuedToken> {
  const { client, clientId, taskQueue } = options;
  const start = merchantSessionStart(clientId, taskQueue);
  const ask = () =>
    client.workflow.executeUpdateWithStart<Workflow, IssuedToken, [TokenRequest]>('token', {
      args: [requestOf(refused)],
      startWorkflowOperation: new WithStartWorkflowOperation('merchantSession', {
        ...start,
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
  try {
    return await answered(client, ask);
  } catch (error) {
    // It keeps nothing but a token.
    if (await isEndedAsAbandoned(client, start.workflowId, taskQueue)) return answered(client, ask);
    throw error;
  }
}

async function askWallet(
  { client }: FleetTokensOptions,
  customerId: string,
  request: TokenRequest,
): Promise<IssuedToken> {
  const handle: WorkflowHandle = client.workflow.getHandle(walletWorkflowId(customerId));
  try {
    return await answered(client, () =>
      handle.executeUpdate<IssuedToken, [TokenRequest]>('token', { args: [request] }),
    );
  } catch (error) {
    if (error instanceof TokenUnavailableError && isNotBound(error.cause))
      throw new CustomerNotBoundError(customerId);
    throw error;
  }
}

/** A query: it leaves nothing in the wallet's history. */
async function boundAccount(
  { client }: FleetTokensOptions,
  customerId: string,
): Promise<string | undefined> {
  const handle = client.workflow.getHandle(walletWorkflowId(customerId));
  try {
    return (await answered(client, () => handle.query<{ accountId?: string }>('status'))).accountId;
  } catch (error) {
    if (error instanceof TokenUnavailableError && isNotBound(error.cause)) return undefined;
    throw error;
  }
}

async function answered<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask);
  } catch (error) {
    throw new TokenUnavailableError('no token: its entity workflow gave none', { cause: error });
  }
}

const isNotBound = (error: unknown) =>
  error instanceof WorkflowNotFoundError ||
  (error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === customerNotBoundError.type);
