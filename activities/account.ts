/**
 * The calls that open and bind a DOKU account.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { shownBinding } from './account-inquiry.js';
import { type Move, moveOnce, referenceIn } from './calling/move.js';
import { earlierRunThan, type OfRun } from './calling/runs.js';
import type { AccountOwners } from './journeys/account-owner.js';
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

export interface EndedBinding extends OfRun {
  readonly customerId: string;
  readonly accountId: string;
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

export interface AccountDependencies {
  readonly snap: SnapClient;
  readonly client: Client;
  readonly owners: AccountOwners;
  /** The DOKU client ID. */
  readonly merchantId: string;
  readonly settings: Pick<SnapSettings, 'resendOtp'>;
}

export function createAccountActivities(dependencies: AccountDependencies) {
  const { snap, client, owners, merchantId, settings } = dependencies;
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

    /**
     * Tells the `wallet` entity that the binding ended: it forgets its tokens and ends, and the account is nobody's. Not by a
     * closing that was reset, where the customer has bound the account again since.
     */
    async endWallet(ended: EndedBinding): Promise<void> {
      const isLaterRun = earlierRunThan(ended) !== undefined;
      if (isLaterRun && (await shownBinding(snap, ended.accountId)) !== undefined) return;
      await endWallet(client, ended.customerId, ended.accountId);
      await owners.release(ended.accountId, ended.customerId);
    },
  };
}

export type AccountActivities = ReturnType<typeof createAccountActivities>;
