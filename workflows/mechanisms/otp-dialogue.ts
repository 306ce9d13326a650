import { ApplicationFailure, condition, patched } from '@temporalio/workflow';
import type { Move } from '../../activities/calling/move.js';
import { durationMs } from '../../contract/duration.js';
import { notNowError, otpNotSentError, otpUsedUpError } from '../../contract/errors.js';
import {
  type EnterOtp,
  type OtpAnswer,
  otpQuery,
  resendOtpUpdate,
  submitOtpSchema,
  submitOtpUpdate,
} from '../../contract/otp.js';
import { requests } from './account-calls.js';
import { parsed } from './bad-input.js';
import { Ended } from './ended.js';
import { onQuery, onUpdate } from './messages.js';
import { assertNow } from './not-now.js';
import { OneAtATime } from './one-at-a-time.js';
import { answered } from './repeats.js';
import type { Story } from './story.js';
import { toldOf } from './told.js';

/** DOKU blocks an OTP after so many wrong tries; it does not say how many are left. */
const OTP_TRIES = 3;
/** How many OTPs one journey may send, first one included: each costs an SMS and patience. */
const OTP_SENDS = 5;

/** An OTP on its way to the customer, by the request that made DOKU send it. */
export interface SentOtp {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
}

export interface OtpDialogueOptions<Next> {
  readonly story: Story;
  /** How long the customer may take, such as "10 minutes". */
  readonly within: string;
  /** Makes DOKU send an OTP. @throws Ended when DOKU does not. */
  readonly send: () => Promise<SentOtp>;
  /** A new number for a request of this journey. */
  readonly nextReference: () => string;
  /** Refuses by throwing once the journey has ended. */
  readonly assertOpen: () => void;
  /** Whether the customer, or the merchant, gave up. */
  readonly isGivenUp: () => boolean;
  /** Whether the journey waits for an OTP now. */
  readonly isAwaited: () => boolean;
  /** Shows the customer what to enter. */
  readonly show: (step: EnterOtp) => void;
  /** Takes DOKU's answer to the right OTP. @returns what to show next, or nothing where DOKU's answer is of no use. */
  readonly accept: (response: { pinUrl?: string }) => Next | undefined;
  /** What became of a try without a clear answer, where that can be found out. */
  readonly resolve?: () => Promise<Next | undefined>;
  /** Refuses an OTP before it is verified, by throwing: it costs no try. */
  readonly assertVerifiable?: () => Promise<void>;
  /** Whether the journey has ended as only the right OTP has it end. */
  readonly isDone?: () => boolean;
  /** What to show after an OTP was sent anew. */
  readonly next: () => Next;
}

/** DOKU's OTP between the customer and the journey: sent, typed, mistyped, sent again. */
export class OtpDialogue<Next> {
  readonly #options: OtpDialogueOptions<Next>;
  #sent: SentOtp | undefined;
  #triesLeft = 0;
  #sends = 0;
  readonly #requests = new OneAtATime();
  #isVerified = false;
  /** Answered so: in this worker's memory alone, as the others here. */
  readonly #verifiedOtps = new Set<string>();
  /** Of which it is not known whether DOKU took them. */
  readonly #unclearOtps = new Set<string>();
  /** On their way to DOKU. */
  readonly #underWay = new Map<string, Promise<OtpAnswer<Next>>>();
  /** Whether DOKU may have taken a try of which it is not known. */
  #isUnclear = false;

  constructor(options: OtpDialogueOptions<Next>) {
    this.#options = options;
    onQuery(otpQuery, ({ otp }) => ({ wasVerified: this.#wasVerified(otp) }));
    onUpdate(submitOtpUpdate, ({ otp }) => this.#submit(otp), {
      validator: (argument) => {
        const { otp } = parsed(submitOtpSchema, argument, 'submitOtp');
        // Said again, as by whoever missed that it was right.
        if (this.#verifiedOtps.has(otp)) throw answered({ verified: true, next: options.next() });
        this.#refuseUnlessTaken();
        if (this.#triesLeft === 0) {
          throw ApplicationFailure.nonRetryable(
            'this OTP is used up: send a new one',
            otpUsedUpError.type,
          );
        }
      },
      description: 'What the customer typed',
    });
    onUpdate(resendOtpUpdate, () => this.#alone(() => this.#resend()), {
      validator: () => {
        this.#refuseUnlessTaken();
        if (this.#sends >= OTP_SENDS) throw notSent('too many OTPs were sent');
      },
      description: 'Send the customer another OTP',
    });
  }

  /** The request that made DOKU send the OTP which counts now. */
  get sent(): SentOtp | undefined {
    return this.#sent;
  }

  get isVerified(): boolean {
    return this.#isVerified;
  }

  /** Sends the OTP. @throws Ended when DOKU does not, or too many were sent. */
  async send(): Promise<void> {
    if (this.#sends >= OTP_SENDS) throw new Ended('rejected', 'too many OTPs were sent');
    this.#sends += 1;
    this.#sent = (await this.#requested()) ?? (await this.#options.send());
    this.#triesLeft = OTP_TRIES;
    this.#show();
  }

  /**
   * Waits for the right OTP; each one sent anew gives the customer the whole time again.
   *
   * @throws Ended when none was entered in time.
   */
  async verified(isGivenUp: () => boolean): Promise<void> {
    for (;;) {
      const sends = this.#sends;
      await condition(
        () => this.#isVerified || isGivenUp() || this.#sends !== sends,
        durationMs(this.#options.within),
      );
      // An OTP on its way to DOKU when the time ended still counts.
      await condition(() => !this.#requests.isBusy);
      if (this.#isVerified || isGivenUp()) return;
      if (this.#sends === sends) throw new Ended('abandoned', 'no OTP was entered in time');
    }
  }

  /** Another OTP by Request OTP, where DOKU offers it and there was a first one. */
  async #requested(): Promise<SentOtp | undefined> {
    const journeyId = this.#sent?.partnerReferenceNo;
    // DOKU takes 32 characters here.
    if (journeyId === undefined || journeyId.length > 32) return undefined;
    const partnerReferenceNo = this.#options.nextReference();
    const answer = await requests.requestOtp.executeWithOptions({ summary: 'Request OTP' }, [
      { journeyId, partnerReferenceNo },
    ]);
    if (answer === null) return undefined;
    this.#options.story.tell(`Request OTP: ${toldOf(answer)}`);
    if (answer.kind !== 'accepted' || answer.response.referenceNo === undefined) return undefined;
    return { partnerReferenceNo, referenceNo: answer.response.referenceNo };
  }

  async #resend(): Promise<Next> {
    try {
      await this.send();
      return this.#options.next();
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      const next = await this.#resolvedMeanwhile();
      // The main wait goes on with the OTP there is; only the backend hears of it.
      if (next === undefined) throw notSent(error.reason);
      this.#isVerified = true;
      return next;
    }
  }

  /** A try without a clear answer may have counted since: then DOKU has nothing left to verify, or to send an OTP for. */
  async #resolvedMeanwhile(): Promise<Next | undefined> {
    if (!this.#isUnclear || !patched('unclear-otp-may-count-later')) return undefined;
    return this.#options.resolve?.();
  }

  /** The same OTP as one that is under way is that one: a double click costs no try, and hears its answer. */
  #submit(otp: string): Promise<OtpAnswer<Next>> {
    const first = this.#underWay.get(otp);
    if (first && patched('same-otp-same-answer')) return first;
    const answer = this.#alone(() => this.#verify(otp)).finally(() => {
      if (this.#underWay.get(otp) === answer) this.#underWay.delete(otp);
    });
    this.#underWay.set(otp, answer);
    return answer;
  }

  /** One whose answer was lost was right where it was the only such, and DOKU has done since what only the right one has it do. */
  #wasVerified(otp: string): boolean {
    const isOnly = this.#unclearOtps.size === 1 && this.#unclearOtps.has(otp);
    return this.#verifiedOtps.has(otp) || (isOnly && this.#options.isDone?.() === true);
  }

  async #verify(otp: string): Promise<OtpAnswer<Next>> {
    const { story, accept, resolve } = this.#options;
    await this.#options.assertVerifiable?.();
    const sent = this.#sent as SentOtp;
    const answer = await requests.verifyOtp.executeWithOptions({ summary: 'Verify OTP' }, [
      {
        originalPartnerReferenceNo: sent.partnerReferenceNo,
        originalReferenceNo: sent.referenceNo,
        otp,
      },
    ]);
    story.tell(`Verify OTP: ${toldOf(answer)}`);
    let next: Next | undefined;
    if (answer.kind === 'accepted') next = accept(answer.response);
    else if (answer.kind === 'doubtful') next = await resolve?.();
    else next = await this.#resolvedMeanwhile();
    if (next === undefined) {
      this.#isUnclear ||= answer.kind === 'doubtful';
      if (answer.kind === 'doubtful') this.#unclearOtps.add(otp);
      return this.#notVerified(answer);
    }
    this.#isVerified = true;
    this.#verifiedOtps.add(otp);
    return { verified: true, next };
  }

  #notVerified(answer: Move<unknown>): OtpAnswer<Next> {
    const refusal = answer.kind === 'refused' ? answer.refusal : undefined;
    const unsent = answer.kind === 'not-sent';
    // A try without a clear answer may have been counted by DOKU.
    if (refusal === 'otp-blocked' || refusal === 'otp-expired') this.#triesLeft = 0;
    else if (!unsent) this.#triesLeft = Math.max(0, this.#triesLeft - 1);
    this.#show();
    const triesLeft = this.#triesLeft;
    if (refusal === 'otp-expired') return { verified: false, reason: 'expired', triesLeft };
    if (refusal === 'otp-blocked' || (refusal === 'wrong-otp' && triesLeft === 0)) {
      return { verified: false, reason: 'blocked', triesLeft };
    }
    return { verified: false, reason: refusal === 'wrong-otp' ? 'wrong' : 'unclear', triesLeft };
  }

  /** One OTP request at a time: a double click must not cost two of three tries. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#requests.run(() => {
      this.#refuseUnlessAwaited();
      return work();
    });
  }

  #show(): void {
    const expiresAt = new Date(Date.now() + durationMs(this.#options.within)).toISOString();
    this.#options.show({ show: 'enter-otp', triesLeft: this.#triesLeft, expiresAt });
  }

  /** For validators alone: what histories of before took after that goes on. */
  #refuseUnlessTaken(): void {
    this.#refuseUnlessAwaited();
    assertNow(!this.#options.isGivenUp(), 'it is being given up');
  }

  #refuseUnlessAwaited(): void {
    this.#options.assertOpen();
    if (this.#isVerified || !this.#options.isAwaited())
      throw ApplicationFailure.nonRetryable('not now: no OTP is awaited', notNowError.type);
  }
}

const notSent = (reason: string) => ApplicationFailure.nonRetryable(reason, otpNotSentError.type);
