/**
 * All activities, made from their dependencies.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { createAccountActivities } from './account.js';
import { createAuthorizationActivities } from './authorization.js';
import { createBankTransferActivities } from './bank-transfer.js';
import { createBindingActivities } from './binding.js';
import { Absence } from './calling/absence.js';
import { withBackoff } from './calling/backoff.js';
import { createFleetTokens } from './calling/fleet-tokens.js';
import { Polling, type PollingOptions } from './calling/polling.js';
import { hasWaiting } from './events/earlier.js';
import { createEventActivities } from './events/index.js';
import type { EventSettings } from './events/settings.js';
import type { OnStanding } from './events/standing.js';
import { createHistoryActivities } from './history.js';
import { createHistoryBooks } from './history-books.js';
import { AccountOwners } from './journeys/account-owner.js';
import { createBrokenOffActivities, wasBrokenOff } from './journeys/broken-off.js';
import { ClaimedNumbers, createClaimActivities } from './journeys/claimed-numbers.js';
import { createFindingActivities } from './journeys/findings.js';
import { numberHolder } from './journeys/number-holder.js';
import { createOpenJourneyActivities } from './journeys/open.js';
import { createPayerActivities } from './journeys/payers.js';
import { createRunActivities } from './journeys/run.js';
import { createUndoneActivities } from './journeys/undone.js';
import { accountsOf } from './journeys/wallet.js';
import { createPurchaseActivities } from './purchase.js';
import { createReadActivities } from './reads.js';
import { createReconciliationActivities } from './reconciliation/index.js';
import { OwnRuns } from './reconciliation/own-runs.js';
import { createSnapClient } from './snap/client.js';
import type { SnapCredentials } from './snap/credentials.js';
import type { OnExchange } from './snap/exchange-report.js';
import type { SnapSettings } from './snap/settings.js';
import { createTokenClient } from './snap/token-client.js';
import { createTokenActivities } from './token.js';
import { createTopUpActivities } from './top-up.js';

/** DOKU's books lag 0 to 120 s behind what happened: twice as long as an absence has to last. */
const QUIET_TIMES = 2;
/** A token may have to be had first. */
const CALLS_AT_ONCE = 2;

export interface ActivitiesOptions extends PollingOptions {
  /**
   * Whether Account Inquiry alone may tell that a customer agreed to a binding. Default false: then only a code binds that
   * came back through the session that started the opening. With it, whoever starts an opening with somebody else's DOKU
   * account, and talks them into agreeing on DOKU's page, has their money.
   */
  readonly isBindingByInquiry?: boolean;
  /** How long after a send "not found" proves nothing, in milliseconds. */
  readonly absentAfterMs: number;
  /** The same of a bank transfer, which only DOKU's history tells. */
  readonly transferAbsentAfterMs: number;
  /** Reaches the entity workflows that hold the fleet's tokens; with the same data converter as the worker. */
  readonly client: Client;
  readonly taskQueue: string;
  readonly credentials: SnapCredentials;
  readonly settings: SnapSettings;
  /** Who is told of the journeys' events; nobody without it. */
  readonly events?: EventSettings;
  /** Told when their receiver takes none, and when it takes them again. */
  readonly onEventStanding?: OnStanding;
  /** Told of each exchange with DOKU, for logs and metrics; never of a secret. */
  readonly onExchange?: OnExchange;
  /** Calls to DOKU a second that a reconciliation makes at most. Default 20. */
  readonly reconciliationCallsASecond?: number;
  readonly now?: () => Date;
}

export function createActivities(options: ActivitiesOptions) {
  const { client, taskQueue, credentials, settings, delays, onExchange } = options;
  const now = options.now ?? (() => new Date());
  const tokens = createFleetTokens({ client, clientId: credentials.clientId, taskQueue, now });
  const observed = onExchange ? { onExchange } : {};
  const snap = withBackoff(
    createSnapClient({ settings, credentials, tokens, now, ...observed }),
    now,
  );
  const tokenClient = createTokenClient({ settings, credentials, now, ...observed });
  const owners = new AccountOwners({ client, taskQueue, clientId: credentials.clientId });
  const openJourneys = createOpenJourneyActivities(client, delays);
  const callMs = CALLS_AT_ONCE * settings.timeoutMs;
  const absence = new Absence(options.absentAfterMs, callMs);
  const books = createHistoryBooks({ snap, now });
  const journeys = { client, own: new OwnRuns(client, taskQueue) };
  const history = createHistoryActivities({
    snap,
    books,
    now,
    absence,
    transferAbsence: new Absence(options.transferAbsentAfterMs, callMs),
    accountsOf: (customerId) => accountsOf(client, customerId),
    holderOf: (asked) => numberHolder(journeys, asked),
    wasBrokenOff: () => wasBrokenOff(client),
  });
  const purchases = createPurchaseActivities(snap, new Polling(options), absence, journeys, books);
  const claims = new ClaimedNumbers({ client, taskQueue, clientId: credentials.clientId });
  const topUps = createTopUpActivities({ ...journeys, snap, claims, settings, delays, absence });
  return {
    ...createAccountActivities({
      snap,
      client,
      owners,
      merchantId: credentials.clientId,
      settings,
    }),
    ...createBindingActivities({
      snap,
      client,
      taskQueue,
      owners,
      openJourneys,
      absence,
      delays,
      isByInquiry: options.isBindingByInquiry ?? false,
    }),
    ...createBrokenOffActivities(client),
    ...createAuthorizationActivities(snap, credentials.clientId, journeys),
    ...createBankTransferActivities(snap, client),
    ...createClaimActivities(claims, delays),
    ...createEventActivities({
      settings: options.events,
      now,
      hasWaiting: (workflowId) => hasWaiting(client, workflowId, taskQueue),
      ...(options.onEventStanding && { onStanding: options.onEventStanding }),
    }),
    ...history,
    ...openJourneys,
    ...purchases,
    ...createPayerActivities(journeys),
    ...createReadActivities(snap),
    ...createRunActivities(client),
    ...createUndoneActivities(client, taskQueue),
    ...createFindingActivities(client, taskQueue),
    ...createReconciliationActivities({
      client,
      taskQueue,
      purchases,
      topUps,
      history,
      callsASecond: options.reconciliationCallsASecond ?? 20,
      quietMs: QUIET_TIMES * options.absentAfterMs,
    }),
    ...createTokenActivities(snap, tokenClient, owners, options.absentAfterMs, now),
    ...topUps,
  };
}
