import type { Sent } from '../../activities/calling/absence.js';
import type { PurchaseFact, PurchaseKey } from '../../activities/purchase.js';
import type { ParsedRefundInput, RefundResult, RefundStatus } from '../../contract/refund.js';
import type { Journey } from '../mechanisms/journey.js';
import { type PurchaseDoubt, soon } from '../mechanisms/purchase-truth.js';
import { RefundSeen, refundEnd } from '../mechanisms/refund-entry.js';
import { LONG_AGO, sentByAnother } from '../mechanisms/run-of-move.js';
import type { Known, Truth } from '../mechanisms/truth.js';
import { unlessStale } from './rejection.js';
import { refundTruth } from './truth.js';
import { WhoseRefund } from './whose.js';

/** What a refund asks of DOKU, each with all that may have reached it by then. */
export class Questions {
  readonly truth: Truth<PurchaseFact, PurchaseDoubt>;
  readonly whose: WhoseRefund;
  readonly #input: ParsedRefundInput;
  readonly #key: PurchaseKey;
  readonly #seen: RefundSeen;

  constructor(journey: Journey<RefundStatus, RefundResult>, input: ParsedRefundInput) {
    const { partnerRefundNo, partnerReferenceNo, customerId } = input;
    this.#input = input;
    this.#key = { partnerReferenceNo, customerId };
    this.#seen = new RefundSeen(partnerRefundNo);
    this.whose = new WhoseRefund(partnerRefundNo);
    this.truth = refundTruth(journey, input, this.#seen, this.whose);
  }

  /** @param sent - by an earlier run, whatever it was. */
  ask(sent?: Sent): Promise<Known<PurchaseFact>> {
    return this.truth.ask(
      sent && {
        cancel: sent,
        refund: this.#doubt(sent, false),
        contradicted: this.#seen.contradicted,
      },
    );
  }

  /** What became of a cancel or of the refund, if anything was sent. */
  of(
    what: 'cancel' | 'refund',
    sent: Sent | undefined,
    isWhole: boolean,
  ): Promise<Known<PurchaseFact>> {
    if (sent === undefined) return this.truth.ask();
    return this.truth.ask({
      ...(what === 'cancel' ? { cancel: sent } : { refund: this.#doubt(sent, isWhole) }),
      ...(sent.isAccepted && { isAccepted: true }),
    });
  }

  /** Before anything is sent: what DOKU has of it from a life of the journey that Temporal has forgotten is not sent again. */
  look(): Promise<Known<PurchaseFact>> {
    const { partnerRefundNo } = this.#input;
    return this.truth.ask({ lookedFor: { partnerRefundNo, isWhole: false } });
  }

  /** The same, as far as DOKU says it soon. */
  soon(): Promise<PurchaseFact | undefined> {
    return soon(this.#key, { refund: this.#doubt(LONG_AGO, false) });
  }

  unlessStale(fact: Known<PurchaseFact>): Promise<Known<PurchaseFact>> {
    return unlessStale(fact, this.#input, (sent) =>
      this.truth.ask({
        payment: sentByAnother(),
        refund: this.#doubt(sent, false),
        contradicted: this.#seen.contradicted,
      }),
    );
  }

  /** DOKU's word, once the refund is no longer on its way. */
  ended(fact: Known<PurchaseFact>, isWhole: boolean): Promise<Known<PurchaseFact>> {
    return refundEnd(fact, {
      key: this.#key,
      partnerRefundNo: this.#input.partnerRefundNo,
      amount: this.#input.amount.value,
      isWhole,
      truth: this.truth,
      wasAsked: true,
    });
  }

  #doubt(sent: Sent, isWhole: boolean) {
    const { partnerRefundNo, amount } = this.#input;
    return { ...sent, partnerRefundNo, isWhole, amount: amount.value };
  }
}
