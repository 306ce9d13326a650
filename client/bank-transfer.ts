import {
  type BankTransferInput,
  type BankTransferResult,
  type BankTransferView,
  type BeneficiaryView,
  bankTransferInputSchema,
  bankTransferStatusSchema,
  confirmSchema,
} from '../contract/bank-transfer.js';
import { bankTransferWorkflowId } from '../contract/identity.js';
import { written } from '../contract/money.js';
import { JourneyEndedError } from './errors.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient, numberKeySchema, unlessAbandoned } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';

/** Transfers to bank accounts, by `partnerReferenceNo`. Every method may be called again with the same arguments. */
export class BankTransferJourney extends JourneyClient<
  string,
  BankTransferView,
  BankTransferResult
> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: numberKeySchema,
      keyName: 'partnerReferenceNo',
      idOf: bankTransferWorkflowId,
      statuses: bankTransferStatusSchema,
    });
  }

  /**
   * Starts the transfer and returns whose account it is, for the customer to confirm, in one round trip.
   *
   * @throws InvalidInputError, InputMismatchError, CustomerNotBoundError
   * @throws NotNowError when it is being given up.
   * @throws JourneyEndedError with the {@link BankTransferResult} when there is no such account, or it has ended.
   */
  async beneficiary(input: BankTransferInput, options?: CallOptions): Promise<BeneficiaryView> {
    const parsed = checked(bankTransferInputSchema, input);
    return this.journeys.startAndUpdate<BeneficiaryView>(
      {
        workflowType: 'bankTransfer',
        workflowId: bankTransferWorkflowId(parsed.partnerReferenceNo),
        input: parsed,
        schema: bankTransferInputSchema,
        summary: `Bank transfer ${parsed.partnerReferenceNo}, ${written(parsed.amount)}, of ${parsed.customerId}`,
        found: {
          status: 'inquiring',
          customerId: parsed.customerId,
          partnerReferenceNo: parsed.partnerReferenceNo,
        },
      },
      'beneficiary',
      options,
    );
  }

  /**
   * The customer confirmed this name: the money moves.
   *
   * @throws InvalidInputError when it is not the name that the inquiry gave.
   *
   * Said again it is answered as the first time, also once it has ended: how, its result says.
   *
   * @throws NotNowError when nothing is to be confirmed, JourneyEndedError when it has ended without it.
   */
  async confirm(
    partnerReferenceNo: string,
    beneficiaryAccountName: string,
    options?: CallOptions,
  ): Promise<void> {
    const argument = checked(confirmSchema, { beneficiaryAccountName }, 'confirm');
    const workflowId = this.idOf(partnerReferenceNo);
    try {
      await this.journeys.update(workflowId, 'confirm', argument, options);
    } catch (error) {
      const isEnded = error instanceof JourneyEndedError;
      if (!isEnded || !(await this.#wasConfirmed(partnerReferenceNo, argument, options)))
        throw error;
    }
  }

  /** Whether a transfer that has ended was confirmed by this name before: whoever says so again missed the answer. */
  async #wasConfirmed(
    partnerReferenceNo: string,
    { beneficiaryAccountName }: { beneficiaryAccountName: string },
    options: CallOptions | undefined,
  ): Promise<boolean> {
    const { beneficiary, confirmedAt, result } = await this.status(partnerReferenceNo, options);
    // One that an operator has reset may only know that an earlier run sent it.
    const isConfirmed = confirmedAt !== undefined || result?.outcome === 'completed';
    return isConfirmed && beneficiary?.beneficiaryAccountName === beneficiaryAccountName;
  }

  /**
   * The customer gave up. @returns the result; that of a transfer which was given up before is returned as it is.
   *
   * @throws NotNowError once confirmed, JourneyEndedError when it has ended otherwise: how, its `result` says.
   */
  async abandon(partnerReferenceNo: string, options?: CallOptions): Promise<BankTransferResult> {
    const ending = { update: 'abandon', refusal: unlessAbandoned };
    return this.endBy(partnerReferenceNo, ending, options);
  }
}
