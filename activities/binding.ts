/**
 * The calls that prove a binding: what DOKU shows before it is asked for one, and what is new after the customer agreed.
 * Whatever DOKU's answers leave out, nobody's old binding is taken for a new one (money rule 8).
 *
 * @module
 */

import type { Client } from '@temporalio/client';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { walletWorkflowId } from '../contract/identity.js';
import { ownMember } from '../contract/own-member.js';
import { recoveredAuthCode, type ShownBinding, shownBinding } from './account-inquiry.js';
import type { Absence } from './calling/absence.js';
import { type PollingDelays, stillPending } from './calling/ask.js';
import type { AccountOwners } from './journeys/account-owner.js';
import type { OpenJourneyActivities } from './journeys/open.js';
import { endedRunOf } from './journeys/unless-ended.js';
import { boundTo, hasAccount } from './journeys/wallet.js';
import type { SnapClient } from './snap/client.js';

/** What Account Inquiry showed before Account Binding was asked for. */
export type ShownBefore =
  | { readonly kind: 'none' }
  | { readonly kind: 'bound'; readonly linkId?: string }
  /** DOKU refuses to tell: then nothing can be proven by it. */
  | { readonly kind: 'unknown' };

export interface BindingSurvey {
  readonly before: ShownBefore;
  /** Whose account it is, as far as this merchant's own books say. */
  readonly owner: 'nobody' | 'this-customer' | 'another-customer';
  /** The account that the customer is bound to now, and the journeys that move its money. */
  readonly current?: { readonly accountId: string; readonly openJourneys: readonly string[] };
  /** Whether Account Inquiry alone may tell that the customer agreed: the worker's setting. */
  readonly isByInquiry: boolean;
}

export interface PendingBinding {
  readonly accountId: string;
  /** From Account Binding's answer; that of an older binding perhaps. */
  readonly linkId?: string;
  /** Nothing of journeys that began before it was asked for. */
  readonly before?: ShownBefore;
}

export interface BindingToProve {
  readonly accountId: string;
  readonly before: ShownBefore;
  /** The customer has had this account before: then its old binding is theirs as well. */
  readonly isOwn: boolean;
  /** ISO 8601: when the customer came back. */
  readonly returnedAt: string;
}

export type BindingProof =
  | { readonly kind: 'proven'; readonly linkId?: string }
  /** DOKU shows only what it showed before. */
  | { readonly kind: 'older' }
  | { readonly kind: 'none' };

export interface ConfirmedBinding {
  readonly customerId: string;
  readonly accountId: string;
  readonly linkId?: string;
  /** Secret. */
  readonly authCode: string;
  /** Nothing of journeys that began before bindings were proven. */
  readonly isProven?: true;
  /** An operator's word that the customer agreed: DOKU's own code of the binding stands in for the returned one. */
  readonly isAccepted?: true;
  /** Of the opening; nothing from older workers. */
  readonly firstRunId?: string;
}

export interface BindingEnd {
  readonly kind:
    | 'bound'
    /** DOKU does not accept the code, or it is of another account. */
    | 'refused'
    /** Another customer of this merchant has the account. */
    | 'taken'
    /** It is a reset of an opening that had ended, and the customer has another account by now, or none. */
    | 'ended-before'
    /** Nothing tells whose the code is: its token does not, or its exchange got no clear answer. */
    | 'unproven';
  /** The account that the customer was bound to before. */
  readonly replaced?: string;
}

export interface BindingDependencies {
  readonly snap: SnapClient;
  readonly client: Client;
  readonly taskQueue: string;
  readonly owners: AccountOwners;
  readonly openJourneys: Pick<OpenJourneyActivities, 'listOpenJourneys'>;
  readonly absence: Absence;
  readonly delays: PollingDelays;
  readonly isByInquiry: boolean;
}

export function createBindingActivities(dependencies: BindingDependencies) {
  const { snap, client, taskQueue, owners, openJourneys, absence, delays } = dependencies;

  const ownerOf = async (accountId: string, customerId: string) => {
    const owner = await owners.ownerOf(accountId);
    if (owner !== undefined) return owner === customerId ? 'this-customer' : 'another-customer';
    // Bindings may be older than claims.
    return (await hasAccount(client, customerId, accountId)) ? 'this-customer' : 'nobody';
  };

  const shownBefore = async (accountId: string): Promise<ShownBefore> => {
    try {
      const shown = await shownBinding(snap, accountId);
      if (shown === undefined) return { kind: 'none' };
      return { kind: 'bound', ...(shown.linkId && { linkId: shown.linkId }) };
    } catch (error) {
      if (error instanceof ApplicationFailure && error.type === 'RefusedQuestion')
        return { kind: 'unknown' };
      throw error;
    }
  };

  return {
    /** Account Inquiry, and what is known here, before Account Binding is asked for. */
    async surveyBinding(key: { customerId: string; accountId: string }): Promise<BindingSurvey> {
      const { customerId, accountId } = key;
      const current = await boundTo(client, customerId);
      const isAnother = current !== undefined && current.accountId !== accountId;
      return {
        owner: await ownerOf(accountId, customerId),
        before: await shownBefore(accountId),
        isByInquiry: dependencies.isByInquiry,
        ...(isAnother && {
          current: {
            accountId: current.accountId,
            openJourneys: await openJourneys.listOpenJourneys({ customerId }),
          },
        }),
      };
    },

    /**
     * Account Inquiry after the customer came back: whether DOKU shows a binding that it did not show before. Its books may
     * lag, so that what it lacks counts only after a while (money rule 3).
     */
    async proveBinding(binding: BindingToProve): Promise<BindingProof> {
      const { accountId, before, isOwn, returnedAt } = binding;
      const proofIn = (shown: ShownBinding | undefined): BindingProof => {
        if (shown === undefined) return { kind: 'none' };
        if (!isOwn && !isNew(shown, before)) return { kind: 'older' };
        return { kind: 'proven', ...(shown.linkId && { linkId: shown.linkId }) };
      };
      return absence.proven(
        async () => proofIn(await shownBinding(snap, accountId)),
        ({ kind }) => kind !== 'proven',
        { lastSentAt: returnedAt },
      );
    },

    /**
     * Account Inquiry again and again until DOKU shows a new binding, for a customer who agreed but whose browser never came
     * back, where the worker's setting allows it. Returns the authCode.
     */
    async awaitBinding({ accountId, linkId, before }: PendingBinding): Promise<string> {
      const pending = () => stillPending('the customer has not agreed yet', delays);
      if (!dependencies.isByInquiry) throw pending();
      const shown = await shownBinding(snap, accountId);
      const isTheirs = before ? isNew(shown, before) : linkId && shown?.linkId === linkId;
      if (!isTheirs || !shown?.authCode) throw pending();
      return snap.decryptAuthCode(shown.authCode);
    },

    /** Hands a confirmed binding to the customer's `wallet` entity, which exchanges the code for the token. */
    async bindWallet(binding: ConfirmedBinding): Promise<BindingEnd> {
      const {
        customerId,
        firstRunId,
        isProven = false,
        isAccepted = false,
        ...confirmed
      } = binding;
      const { accountId, linkId } = binding;
      // What the customer agreed to then is not what they want by now (money rule 8).
      if ((await endedRunOf(client, { firstRunId })) !== undefined) {
        const now = await boundTo(client, customerId);
        return { kind: now?.accountId === accountId ? 'bound' : 'ended-before' };
      }
      const authCode = isAccepted
        ? await recoveredAuthCode(snap, accountId, linkId)
        : binding.authCode;
      if (authCode === undefined) return { kind: 'unproven' };
      // By itself Account Inquiry says that somebody agreed, and not who.
      const mayInquire = isAccepted || (isProven && dependencies.isByInquiry);
      const bind = { ...confirmed, authCode, isProven: mayInquire };
      const before = await boundTo(client, customerId);
      const isAnother = before !== undefined && before.accountId !== binding.accountId;
      try {
        const isBound = await client.workflow.executeUpdateWithStart<
          Workflow,
          boolean,
          [typeof bind]
        >('bind', {
          args: [bind],
          startWorkflowOperation: new WithStartWorkflowOperation('wallet', {
            workflowId: walletWorkflowId(customerId),
            taskQueue,
            args: [{ customerId }],
            workflowIdConflictPolicy: 'USE_EXISTING',
            staticSummary: `Wallet of ${customerId}`,
          }),
        });
        if (!isBound) return { kind: 'refused' };
        return { kind: 'bound', ...(isAnother && { replaced: before.accountId }) };
      } catch (error) {
        const kind = error instanceof WorkflowUpdateFailedError && refusalIn(error.cause);
        if (kind) return { kind };
        throw ApplicationFailure.create({
          message: 'the wallet could not exchange the authCode yet',
          type: 'Unanswered',
        });
      }
    },
  };
}

export type BindingActivities = ReturnType<typeof createBindingActivities>;

/** A binding without a name cannot be told from another one without. */
function isNew(shown: ShownBinding | undefined, before: ShownBefore): boolean {
  if (shown === undefined || before.kind === 'unknown') return false;
  if (before.kind === 'none') return true;
  const { linkId } = shown;
  return linkId !== undefined && before.linkId !== undefined && linkId !== before.linkId;
}

const REFUSALS: Readonly<Record<string, BindingEnd['kind']>> = {
  ForeignAuthCode: 'refused',
  UnprovenAuthCode: 'unproven',
  AccountTaken: 'taken',
};

function refusalIn(error: unknown): BindingEnd['kind'] | undefined {
  const refusal =
    error instanceof ApplicationFailure ? ownMember(REFUSALS, error.type ?? '') : undefined;
  if (refusal !== undefined) return refusal;
  return error instanceof Error ? refusalIn(error.cause) : undefined;
}
