import { patched } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import type { PurchaseFact } from '../../activities/purchase.js';
import { ownMember } from '../../contract/own-member.js';
import { ownResets } from '../mechanisms/earlier-run.js';

/** Whether what DOKU has under a refund's number is what this journey asked for, as far as its answers tell. */
export class WhoseRefund {
  readonly #partnerRefundNo: string;
  /** Runs that a reset makes have the same input. */
  readonly #resets = ownResets.get();
  /** Another life of the journey, forgotten since, may have made it in another amount. */
  #mayBeOtherwise = true;
  #isOtherwise = false;

  constructor(partnerRefundNo: string) {
    this.#partnerRefundNo = partnerRefundNo;
  }

  /** By "duplicate" DOKU says that it has the same, by "inconsistent" that it has not. */
  noted<Answer extends Move<unknown>>(answer: Answer): Answer {
    if (answer.kind === 'accepted') this.#mayBeOtherwise = false;
    if (answer.kind === 'doubtful' && answer.doubt !== 'earlier-run')
      this.#mayBeOtherwise = answer.isOtherwise === true;
    this.#isOtherwise ||= answer.kind === 'doubtful' && answer.isOtherwise === true;
    return answer;
  }

  /** DOKU said that what it has is another. */
  get isOtherwise(): boolean {
    return this.#isOtherwise;
  }

  /** @returns what is to be asked, where nobody tells how much went back and this run has not sent it (money rule 7). */
  misfit({ refunds }: PurchaseFact): string | undefined {
    const own = ownMember(refunds, this.#partnerRefundNo);
    const isUntold = own?.status === 'success' && own.amount === undefined;
    const isOthers = this.#mayBeOtherwise && this.#resets.count === 0;
    return isUntold && isOthers && patched('untold-refunds-of-others-are-asked-about')
      ? 'a refund of no amount, which this run has not sent'
      : undefined;
  }
}
