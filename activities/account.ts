/**
 * The calls that open and bind a DOKU account.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { foreignAuthCodeError } from '../contract/errors.js';
import { walletWorkflowId } from '../contract/identity.js';
import { recoveredAuthCode, shownBinding } from './account-inquiry.js';
import { type PollingDelays, stillPending } from './calling/ask.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import { type Binding, boundTo, endWallet } from './journeys/wallet.js';
import type { SnapClient } from './snap/client.js';
import type { SnapSettings } from './snap/settings.js';

export interface Registration {
  readonly partnerReferenceNo: string;
  readonly name: string;
  /** Secret. */
  readonly phoneNo: string;
  /** Secret. */
  readonly email: string;
  readonly redirectUrl: string;
}

export interface OtpRequest {
  readonly partnerReferenceNo: string;
  /** The `partnerReferenceNo` of the registration or unbinding. */
  readonly journeyId: string;
}

export interface OtpAttempt {
  readonly originalPartnerReferenceNo: string;
  readonly originalReferenceNo: string;
  /** Secret. */
  readonly otp: string;
}

export interface BindingRequest {
  readonly partnerReferenceNo: string;
  readonly accountId: string;
  readonly redirectUrl: string;
}

export interface BindingPage {
  readonly nextAction: string;
  readonly linkId?: string;
}

export interface UnbindingRequest {
  readonly partnerReferenceNo: string;
  readonly linkId: string;
}

export interface ConfirmedBinding {
  readonly customerId: string;
  readonly accountId: string;
  readonly linkId?: string;
  /** Secret. */
  readonly authCode: string;
}

export interface AccountDependencies {
  readonly snap: SnapClient;
  readonly client: Client;
  readonly taskQueue: string;
  /** The DOKU client ID. */
  readonly merchantId: string;
  readonly settings: Pick<SnapSettings, 'resendOtp'>;
  readonly delays: PollingDelays;
}

export function createAccountActivities(dependencies: AccountDependencies) {
  const { snap, client, taskQueue, merchantId, settings, delays } = dependencies;
  return {
    /** Account Creation: DOKU sends the customer an OTP. */
    async createAccount(registration: Registration): Promise<Move<{ referenceNo: string }>> {
      return moveOnce(
        () => snap.accountCreation(registration),
        ({ referenceNo }) => ({ referenceNo }),
      );
    },

    /**
     * Request OTP: another OTP for the same registration or unbinding. `null` where the settings say that DOKU does not
     * offer it.
     */
    async requestOtp(request: OtpRequest): Promise<Move<{ referenceNo?: string }> | null> {
      if (settings.resendOtp !== 'requestOtp') return null;
      return moveOnce(() => snap.requestOtp(request), referenceIn);
    },

    /** Verify OTP; a right one leads to the page where the customer sets a PIN. */
    async verifyOtp(attempt: OtpAttempt): Promise<Move<{ pinUrl?: string }>> {
      return moveOnce(
        () => snap.verifyOtp(attempt),
        ({ pinUrl }) => (pinUrl === undefined ? {} : { pinUrl }),
      );
    },

    /** Account Binding: DOKU opens a page where the customer agrees with the PIN. */
    async bindAccount(request: BindingRequest): Promise<Move<BindingPage>> {
      const { partnerReferenceNo, redirectUrl, accountId } = request;
      return moveOnce(
        () =>
          snap.accountBinding({ partnerReferenceNo, redirectUrl, successParams: { accountId } }),
        ({ nextAction, linkId }) => ({ nextAction, ...(linkId && { linkId }) }),
      );
    },

    /** The customer's binding as the `wallet` entity holds it, or `null`. A linkId that it lacks is asked for. */
    async findBinding({ customerId }: { customerId: string }): Promise<Binding | null> {
      const binding = await boundTo(client, customerId);
      if (!binding || binding.linkId !== undefined) return binding ?? null;
      const linkId = (await shownBinding(snap, binding.accountId))?.linkId;
      return linkId === undefined ? binding : { ...binding, linkId };
    },

    /** Account Unbinding: DOKU sends the customer an OTP that completes it. */
    async unbindAccount(request: UnbindingRequest): Promise<Move<{ referenceNo: string }>> {
      return moveOnce(
        () => snap.accountUnbinding({ ...request, merchantId }),
        ({ referenceNo }) => ({ referenceNo }),
      );
    },

    /** Account Inquiry: whether DOKU still shows this binding. */
    async isBound({ accountId, linkId }: Binding): Promise<boolean> {
      const shown = await shownBinding(snap, accountId);
      // DOKU may show another, newer one: that is not the one that was to end.
      return shown !== undefined && (linkId === undefined || shown.linkId === linkId);
    },

    /** Tells the `wallet` entity that the binding ended: it forgets its tokens and ends. */
    async endWallet(ended: { customerId: string; accountId: string }): Promise<void> {
      await endWallet(client, ended.customerId, ended.accountId);
    },

    /**
     * Account Inquiry again and again until DOKU shows the binding, for a customer who agreed but whose
     * browser never came back. Returns the authCode.
     */
    async awaitBinding(pending: { accountId: string; linkId?: string }): Promise<string> {
      const authCode = await recoveredAuthCode(snap, pending.accountId, pending.linkId);
      if (authCode === undefined) throw stillPending('the customer has not agreed yet', delays);
      return authCode;
    },

    /**
     * Hands a confirmed binding to the customer's `wallet` entity, which exchanges the code for the token.
     *
     * @returns whether DOKU accepted the code.
     */
    async bindWallet(binding: ConfirmedBinding): Promise<boolean> {
      const { customerId, ...bind } = binding;
      try {
        return await client.workflow.executeUpdateWithStart<Workflow, boolean, [typeof bind]>(
          'bind',
          {
            args: [bind],
            startWorkflowOperation: new WithStartWorkflowOperation('wallet', {
              workflowId: walletWorkflowId(customerId),
              taskQueue,
              args: [{ customerId }],
              workflowIdConflictPolicy: 'USE_EXISTING',
              staticSummary: `Wallet of ${customerId}`,
            }),
          },
        );
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError && isForeign(error.cause)) return false;
        throw ApplicationFailure.create({
          message: 'the wallet could not exchange the authCode yet',
          type: 'Unanswered',
        });
      }
    },
  };
}

export type AccountActivities = ReturnType<typeof createAccountActivities>;

const isForeign = (error: unknown): boolean =>
  error instanceof ApplicationFailure
    ? error.type === foreignAuthCodeError.type
    : error instanceof Error && isForeign(error.cause);
