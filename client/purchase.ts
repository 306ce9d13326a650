import { purchaseWorkflowId } from '../contract/identity.js';
import { written } from '../contract/money.js';
import {
  cancelArgumentSchema,
  customerReturnedSchema,
  notifiedSchema,
  PURCHASE_FOUND_AS,
  type PurchaseInput,
  type PurchaseRedirect,
  type PurchaseResult,
  type PurchaseView,
  purchaseInputSchema,
  purchaseStatusSchema,
} from '../contract/purchase.js';
import { JourneyEndedError, NotNowError } from './errors.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { endedOtherwise, JourneyClient, numberKeySchema } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';
import type { Start } from './temporal/start.js';

/**
 * Purchases, by `partnerReferenceNo`. Every method may be called again with the same arguments.
 */
export class PurchaseJourney extends JourneyClient<string, PurchaseView, PurchaseResult> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: numberKeySchema,
      keyName: 'partnerReferenceNo',
      idOf: purchaseWorkflowId,
      statuses: purchaseStatusSchema,
    });
  }

  /**
   * Starts the purchase without waiting for the page.
   *
   * @throws InvalidInputError, InputMismatchError
   */
  async start(input: PurchaseInput, options?: CallOptions): Promise<void> {
    await this.journeys.start(startOf(input), options);
  }

  /**
   * Starts the purchase and returns the page to open in the customer's browser, in one round trip.
   *
   * @throws InvalidInputError, InputMismatchError, CustomerNotBoundError
   * @throws NotNowError when nobody is to pay there any more: it is paid, or being undone.
   * @throws JourneyEndedError with the {@link PurchaseResult} when it has ended.
   */
  async redirect(input: PurchaseInput, options?: CallOptions): Promise<PurchaseRedirect> {
    return this.journeys.startAndUpdate<PurchaseRedirect>(startOf(input), 'redirect', options);
  }

  /**
   * Tells that the merchant took note of the payment and will deliver.
   *
   * While it is not known whether the payment stands, as after an operator's reset, it waits for DOKU's word, which may take
   * longer than the deadline: then it is heard all the same, and the same call again finds out.
   *
   * @throws NotNowError of type `NotAcknowledgeable` when there is no payment to acknowledge, or it goes back.
   * @throws TooManyWaitingError where others wait already until it is known whether it stands.
   * @throws NeedsAttentionError when an operator is asked who delivered, and has not said so before the deadline.
   * @throws JourneyEndedError when it ended otherwise than paid: do not deliver.
   */
  async acknowledge(partnerReferenceNo: string, options?: CallOptions): Promise<void> {
    try {
      await this.journeys.update(this.idOf(partnerReferenceNo), 'acknowledge', undefined, options);
    } catch (error) {
      // Acknowledged before: saying it again changes nothing.
      const isPaid =
        error instanceof JourneyEndedError &&
        (error.result as PurchaseResult | undefined)?.outcome === 'paid';
      if (!isPaid) throw error;
    }
  }

  /**
   * Cancels the purchase, or reverses its payment, and returns once DOKU's status proves the end.
   *
   * @param reason - goes to DOKU; nothing personal.
   * @returns the result; that of a purchase which was cancelled or given back before is returned as it is.
   * @throws NotNowError of type `NotCancellable` once it was acknowledged, or has ended `paid`: refund it.
   * @throws JourneyEndedError when it has ended `declined` or `expired` by itself: no money moved.
   */
  async cancel(
    partnerReferenceNo: string,
    reason: string,
    options?: CallOptions,
  ): Promise<PurchaseResult> {
    const argument = checked(cancelArgumentSchema, { reason }, 'cancel');
    const ending = { update: 'cancel', argument, refusal: unlessCancelled };
    return this.endBy(partnerReferenceNo, ending, options);
  }

  /**
   * The customer's browser came back: the journey asks DOKU at once. One that has ended needs no hint, and that is no error.
   *
   * @throws JourneyBrokenError when it was ended in Temporal.
   */
  async customerReturned(
    partnerReferenceNo: string,
    rawQuery?: string,
    options?: CallOptions,
  ): Promise<void> {
    checked(customerReturnedSchema, rawQuery === undefined ? {} : { rawQuery }, 'customerReturned');
    await this.journeys.nudge(this.idOf(partnerReferenceNo), 'customerReturned', options);
  }

  /** DOKU's notification came: the same. */
  async notified(
    partnerReferenceNo: string,
    notification: { latestTransactionStatus?: string } = {},
    options?: CallOptions,
  ): Promise<void> {
    checked(notifiedSchema, notification, 'notified');
    await this.journeys.nudge(this.idOf(partnerReferenceNo), 'notified', options);
  }
}

/** Of what is not cancelled, and ended by no cancel. */
function unlessCancelled(result: PurchaseResult, workflowId: string) {
  const { outcome, reason } = result;
  if (outcome === 'paid')
    return new NotNowError(
      `${workflowId} was paid for good before, and is not cancelled: refund it`,
      'NotCancellable',
    );
  const isCancelled = outcome === 'cancelled' || outcome === 'refunded';
  return isCancelled || reason === 'cancel-requested'
    ? undefined
    : endedOtherwise(result, workflowId);
}

function startOf(input: PurchaseInput): Start {
  const parsed = checked(purchaseInputSchema, input);
  return {
    workflowType: 'purchase',
    workflowId: purchaseWorkflowId(parsed.partnerReferenceNo),
    input: parsed,
    schema: purchaseInputSchema,
    summary: `Purchase ${parsed.partnerReferenceNo}, ${written(parsed.amount)}, of ${parsed.customerId}`,
    found: {
      // As it will be once its page is there: saying so again would cost a write to Temporal's lists.
      status: PURCHASE_FOUND_AS,
      customerId: parsed.customerId,
      partnerReferenceNo: parsed.partnerReferenceNo,
    },
  };
}
