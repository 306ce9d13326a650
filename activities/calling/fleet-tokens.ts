import {
  type Client,
  WithStartWorkflowOperation,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { customerNotBoundError } from '../../contract/errors.js';
import { merchantSessionWorkflowId, walletWorkflowId } from '../../contract/identity.js';
import { CustomerNotBoundError, type IssuedToken, type TokenSource } from '../snap/token-source.js';

/** No token could be had now, so nothing was sent to DOKU: trying again later is safe. */
export class TokenUnavailableError extends Error {
  override readonly name = 'TokenUnavailableError';
}

/** A token this near its end is asked for anew rather than used. */
const ASK_BEFORE_MS = 45_000;
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
  const memory = new Map<string, IssuedToken>();
  const asking = new Map<string, Promise<IssuedToken>>();

  const isUsable = (
    token: IssuedToken | undefined,
    refused: number | undefined,
  ): token is IssuedToken =>
    token !== undefined &&
    token.generation !== refused &&
    Date.parse(token.expiresAt) - options.now().getTime() > ASK_BEFORE_MS;

  const tokenFor = async (
    key: string,
    refused: number | undefined,
    ask: (refused: number | undefined) => Promise<IssuedToken>,
  ): Promise<IssuedToken> => {
    const held = memory.get(key);
    if (isUsable(held, refused)) return held;
    // A process asks once, however many of its activities need the same token at once.
    const question = `${key} ${refused ?? ''}`;
    const pending = asking.get(question) ?? ask(refused).finally(() => asking.delete(question));
    asking.set(question, pending);
    const token = await pending;
    memory.set(key, token);
    return token;
  };

  return {
    b2b: (refused) =>
      tokenFor('b2b', refused, (generation) => askMerchantSession(options, generation)),
    customer: (customerId, refused) =>
      tokenFor(`customer ${customerId}`, refused, (generation) =>
        askWallet(options, customerId, generation),
      ),
  };
}

const requestOf = (refusedGeneration: number | undefined) =>
  refusedGeneration === undefined ? {} : { refusedGeneration };

function askMerchantSession(
  options: FleetTokensOptions,
  refused: number | undefined,
): Promise<IssuedToken> {
  const { client, clientId, taskQueue } = options;
  return answered(client, () =>
    client.workflow.executeUpdateWithStart<Workflow, IssuedToken, [ReturnType<typeof requestOf>]>(
      'token',
      {
        args: [requestOf(refused)],
        startWorkflowOperation: new WithStartWorkflowOperation('merchantSession', {
          workflowId: merchantSessionWorkflowId(clientId),
          taskQueue,
          args: [{ clientId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `B2B token of ${clientId}`,
        }),
      },
    ),
  );
}

async function askWallet(
  { client }: FleetTokensOptions,
  customerId: string,
  refused: number | undefined,
): Promise<IssuedToken> {
  const handle: WorkflowHandle = client.workflow.getHandle(walletWorkflowId(customerId));
  try {
    return await answered(client, () =>
      handle.executeUpdate<IssuedToken, [ReturnType<typeof requestOf>]>('token', {
        args: [requestOf(refused)],
      }),
    );
  } catch (error) {
    if (error instanceof TokenUnavailableError && isNotBound(error.cause))
      throw new CustomerNotBoundError(customerId);
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
