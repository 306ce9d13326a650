import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { BindingPage } from '../activities/account.js';
import type { Move } from '../activities/move.js';
import { bindingWait, handOver, requests } from './account-calls.js';
import { parsed } from './bad-input.js';
import { durationMs } from './duration.js';
import {
  abandonUpdate,
  type NextStep,
  nextStepArgumentSchema,
  nextStepUpdate,
  type OpenAccountInput,
  type OpenAccountOutcome,
  type OpenAccountResult,
  type OpenAccountStatus,
  type OpenAccountView,
  type OtpAnswer,
  openAccountInputSchema,
  openAccountStatusQuery,
  type ParsedOpenAccountInput,
  resendOtpUpdate,
  returnedSchema,
  returnedUpdate,
  submitOtpSchema,
  submitOtpUpdate,
} from './open-account-contract.js';
import { authCodeOf, pinReturn } from './page-return.js';
import { toldOf } from './purchase-reversal.js';
import { Story } from './story.js';

/** DOKU blocks an OTP after so many wrong tries; it does not say how many are left. */
const OTP_TRIES = 3;
/** How many OTPs one opening may send, first one included: each costs an SMS and patience. */
const OTP_SENDS = 5;
/** How often a request that got no clear answer is made anew, under a new reference. */
const REQUEST_TRIES = 5;

/**
 * The journey that opens and binds a DOKU account: Account Creation → OTP → create-PIN page → Account
 * Binding → binding page → customer token. Contract: `open-account-contract.ts`.
 */
export async function openAccount(input: OpenAccountInput): Promise<OpenAccountResult> {
  return new OpenAccount(parsed(openAccountInputSchema, input, 'input')).run();
}

interface OtpSession {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  triesLeft: number;
}

/** Ends the journey from within a step. */
class Ended extends Error {
  constructor(
    readonly outcome: OpenAccountOutcome,
    readonly reason: string,
  ) {
    super(reason);
  }
}

class OpenAccount {
  readonly #input: ParsedOpenAccountInput;
  readonly #story: Story;
  #status: OpenAccountStatus;
  #next: NextStep = { show: 'wait' };
  #requests = 0;
  #otpSends = 0;
  #otp: OtpSession | undefined;
  #pinUrl: string | undefined;
  #accountId: string | undefined;
  #linkId: string | undefined;
  #authCode: string | undefined;
  /** Counts the codes that DOKU did not accept, so that whoever brought one gets an answer. */
  #codesRefused = 0;
  #isBusy = false;
  #isAbandoned = false;
  #result: OpenAccountResult | undefined;

  constructor(input: ParsedOpenAccountInput) {
    this.#input = input;
    this.#accountId = input.accountId;
    this.#status = input.accountId ? 'binding' : 'creating';
    this.#story = new Story(`Account of ${input.customerId}`, this.#status, {
      customerId: input.customerId,
      partnerReferenceNo: input.reference,
    });
    setHandler(openAccountStatusQuery, () => this.#view());
    this.#answerNextStep();
    this.#answerSubmitOtp();
    this.#answerResendOtp();
    this.#answerReturned();
    this.#answerAbandon();
  }

  async run(): Promise<OpenAccountResult> {
    CancellationScope.current().cancelRequested.catch(() => {
      this.#isAbandoned = true;
    });
    return CancellationScope.nonCancellable(async () => {
      const { outcome, reason } = await this.#journey().catch((error) => {
        if (error instanceof Ended) return { outcome: error.outcome, reason: error.reason };
        throw error;
      });
      this.#result = {
        customerId: this.#input.customerId,
        outcome,
        ...(this.#accountId && { accountId: this.#accountId }),
        ...(outcome === 'bound' && this.#linkId && { linkId: this.#linkId }),
        ...(reason && { reason }),
      };
      this.#story.tell(`ended ${outcome}${reason ? `: ${reason}` : ''}`);
      this.#enter(outcome, { show: 'done', result: this.#result });
      await condition(allHandlersFinished);
      return this.#result;
    });
  }

  /** The business process, step by step. */
  async #journey(): Promise<{ outcome: OpenAccountOutcome; reason?: string }> {
    if (this.#accountId === undefined) {
      await this.#sendOtp();
      await this.#awaitOtp();
      await this.#awaitPin();
    }
    const page = await this.#requestBinding();
    await this.#awaitBinding(page);
    return { outcome: 'bound' };
  }

  /** Account Creation, which makes DOKU send an OTP. Also the way to send another. */
  async #sendOtp(): Promise<void> {
    const customer = this.#input.customer;
    if (!customer) throw new Ended('rejected', 'no customer data');
    if (this.#otpSends >= OTP_SENDS) throw new Ended('rejected', 'too many OTPs were sent');
    this.#otpSends += 1;
    const created = await this.#insistent('Account Creation', (partnerReferenceNo) =>
      requests.createAccount.executeWithOptions(
        { summary: `Account Creation ${partnerReferenceNo}` },
        [{ partnerReferenceNo, redirectUrl: this.#input.redirectUrl, ...customer }],
      ),
    );
    this.#otp = {
      partnerReferenceNo: created.reference,
      referenceNo: created.response.referenceNo,
      triesLeft: OTP_TRIES,
    };
    this.#enter('awaiting-otp', this.#enterOtp());
  }

  async #awaitOtp(): Promise<void> {
    // Each OTP sent anew gives the customer the whole time again.
    for (;;) {
      const sends = this.#otpSends;
      const isSettled = () =>
        this.#pinUrl !== undefined || this.#isAbandoned || this.#otpSends !== sends;
      await condition(isSettled, durationMs(this.#input.otpWithin));
      // An OTP on its way to DOKU when the time ended still counts.
      await condition(() => !this.#isBusy);
      this.#endIfAbandoned();
      if (this.#pinUrl !== undefined) return;
      if (this.#otpSends === sends) throw new Ended('abandoned', 'no OTP was entered in time');
    }
  }

  async #awaitPin(): Promise<void> {
    this.#enter('awaiting-pin', this.#openUrl(this.#pinUrl as string, 'create-pin'));
    await condition(
      () => this.#accountId !== undefined || this.#isAbandoned,
      durationMs(this.#input.pageWithin),
    );
    this.#endIfAbandoned();
    if (this.#accountId === undefined) throw new Ended('abandoned', 'no PIN was set in time');
  }

  async #requestBinding(): Promise<BindingPage> {
    this.#enter('binding', { show: 'wait' });
    const { response } = await this.#insistent('Account Binding', (partnerReferenceNo) =>
      requests.bindAccount.executeWithOptions(
        { summary: `Account Binding ${partnerReferenceNo}` },
        [
          {
            partnerReferenceNo,
            accountId: this.#accountId as string,
            redirectUrl: this.#input.redirectUrl,
          },
        ],
      ),
    );
    this.#linkId = response.linkId;
    return response;
  }

  /** Until the customer agreed on DOKU's page, as told by the browser's return or by Account Inquiry. */
  async #awaitBinding(page: BindingPage): Promise<void> {
    const until = Date.now() + durationMs(this.#input.pageWithin);
    this.#enter('awaiting-binding', this.#openUrl(page.nextAction, 'bind'));
    const inquiry = new CancellationScope();
    inquiry
      .run(async () => {
        this.#authCode = await bindingWait.awaitBinding.executeWithOptions(
          { summary: 'Account Inquiry until the customer has agreed' },
          [{ accountId: this.#accountId as string, ...(page.linkId && { linkId: page.linkId }) }],
        );
      })
      .catch((error) => {
        if (!isCancellation(error)) this.#story.tell(`Account Inquiry: ${messageOf(error)}`);
      });
    try {
      for (;;) {
        await condition(
          () => this.#authCode !== undefined || this.#isAbandoned,
          Math.max(1, until - Date.now()),
        );
        if (this.#authCode === undefined) break;
        const authCode = this.#authCode;
        this.#authCode = undefined;
        if (await this.#bindWallet(authCode)) return;
        this.#codesRefused += 1;
      }
    } finally {
      inquiry.cancel();
    }
    this.#endIfAbandoned();
    throw new Ended('abandoned', 'the customer did not agree to the binding in time');
  }

  async #bindWallet(authCode: string): Promise<boolean> {
    const { customerId } = this.#input;
    try {
      const isBound = await handOver.bindWallet.executeWithOptions(
        { summary: 'Token B2B2C by the wallet' },
        [
          {
            customerId,
            accountId: this.#accountId as string,
            ...(this.#linkId && { linkId: this.#linkId }),
            authCode,
          },
        ],
      );
      this.#story.tell(
        isBound ? 'DOKU confirms the binding' : 'DOKU does not accept the returned code',
      );
      return isBound;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      throw new Ended('rejected', `no customer token: ${messageOf(error)}`);
    }
  }

  /**
   * Makes a request that moves no money until DOKU answers clearly. A lost answer cannot be asked about, and a
   * repeat under the same reference would be a duplicate, so each try is a new activity under a new reference.
   */
  async #insistent<T>(
    name: string,
    request: (partnerReferenceNo: string) => Promise<Move<T>>,
  ): Promise<{ reference: string; response: T }> {
    for (let tries = 1; tries <= REQUEST_TRIES; tries++) {
      this.#requests += 1;
      const reference = `${this.#input.reference}-${this.#requests}`;
      const answer = await request(reference);
      this.#story.tell(`${name}: ${toldOf(answer)}`);
      if (answer.kind === 'accepted') return { reference, response: answer.response };
      if (answer.kind === 'refused')
        throw new Ended('rejected', `${name} refused: ${answer.refusal}`);
      await sleep(1_000 * 2 ** (tries - 1));
    }
    throw new Ended('rejected', `${name} got no clear answer`);
  }

  async #verify(otp: string): Promise<OtpAnswer> {
    const session = this.#otp as OtpSession;
    const answer = await requests.verifyOtp.executeWithOptions({ summary: 'Verify OTP' }, [
      {
        originalPartnerReferenceNo: session.partnerReferenceNo,
        originalReferenceNo: session.referenceNo,
        otp,
      },
    ]);
    this.#story.tell(`Verify OTP: ${toldOf(answer)}`);
    if (answer.kind === 'accepted' && answer.response.pinUrl) {
      this.#pinUrl = answer.response.pinUrl;
      return { verified: true, next: this.#openUrl(this.#pinUrl, 'create-pin') };
    }
    return this.#notVerified(session, answer);
  }

  #notVerified(session: OtpSession, answer: Move<unknown>): OtpAnswer {
    const refusal = answer.kind === 'refused' ? answer.refusal : undefined;
    if (answer.kind === 'not-sent')
      return { verified: false, reason: 'unclear', triesLeft: session.triesLeft };
    // A try without a clear answer may have been counted by DOKU.
    session.triesLeft =
      refusal === 'otp-blocked' || refusal === 'otp-expired'
        ? 0
        : Math.max(0, session.triesLeft - 1);
    this.#enter('awaiting-otp', this.#enterOtp());
    const { triesLeft } = session;
    if (refusal === 'otp-expired') return { verified: false, reason: 'expired', triesLeft };
    if (refusal === 'otp-blocked' || (refusal === 'wrong-otp' && triesLeft === 0)) {
      return { verified: false, reason: 'blocked', triesLeft };
    }
    return { verified: false, reason: refusal === 'wrong-otp' ? 'wrong' : 'unclear', triesLeft };
  }

  #answerNextStep(): void {
    setHandler(
      nextStepUpdate,
      async () => {
        await condition(() => this.#next.show !== 'wait');
        return this.#next;
      },
      {
        validator: (argument?: unknown) => {
          const { inputDigest } = parsed(nextStepArgumentSchema, argument ?? {}, 'nextStep');
          const first = workflowInfo().memo?.inputDigest;
          if (inputDigest && first && inputDigest !== first) {
            throw ApplicationFailure.nonRetryable(
              'this opening was started with different input',
              'InputMismatch',
            );
          }
        },
      },
    );
  }

  #answerSubmitOtp(): void {
    setHandler(submitOtpUpdate, ({ otp }) => this.#alone(() => this.#verify(otp)), {
      validator: (argument) => {
        parsed(submitOtpSchema, argument, 'submitOtp');
        this.#refuseUnless('awaiting-otp');
        if (this.#otp?.triesLeft === 0) {
          throw ApplicationFailure.nonRetryable('this OTP is used up: send a new one', 'OtpUsedUp');
        }
      },
    });
  }

  #answerResendOtp(): void {
    setHandler(
      resendOtpUpdate,
      () =>
        this.#alone(async () => {
          await this.#sendOtp();
          return this.#next;
        }).catch((error) => {
          // The main wait goes on with the OTP there is; only the backend hears of it.
          if (error instanceof Ended)
            throw ApplicationFailure.nonRetryable(error.reason, 'OtpNotSent');
          throw error;
        }),
      {
        validator: () => {
          this.#refuseUnless('awaiting-otp');
          if (this.#otpSends >= OTP_SENDS) {
            throw ApplicationFailure.nonRetryable('too many OTPs were sent', 'OtpNotSent');
          }
        },
      },
    );
  }

  #answerReturned(): void {
    setHandler(returnedUpdate, ({ rawQuery }) => this.#return(rawQuery), {
      validator: (argument) => void parsed(returnedSchema, argument, 'returned'),
    });
  }

  async #return(rawQuery: string): Promise<NextStep> {
    const before = this.#next;
    if (this.#status === 'awaiting-pin') {
      const { accountId, partnerReferenceNo, status } = pinReturn(rawQuery);
      // A return of another opening (an old tab, say) says nothing about this one.
      if (status === 'SUCCESS' && partnerReferenceNo === this.#otp?.partnerReferenceNo)
        this.#accountId = accountId;
    } else if (this.#status === 'awaiting-binding') {
      this.#authCode = authCodeOf(rawQuery);
    }
    const isHint =
      this.#authCode !== undefined ||
      (this.#status === 'awaiting-pin' && this.#accountId !== undefined);
    const refused = this.#codesRefused;
    const isJudged = () =>
      this.#codesRefused > refused || (this.#next !== before && this.#next.show !== 'wait');
    if (isHint) await condition(isJudged, '30 seconds');
    return this.#next;
  }

  #answerAbandon(): void {
    setHandler(abandonUpdate, async () => {
      this.#isAbandoned = true;
      await condition(() => this.#result !== undefined);
      return this.#result as OpenAccountResult;
    });
  }

  /** One OTP request at a time: a double click must not cost two of three tries. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    await condition(() => !this.#isBusy);
    this.#isBusy = true;
    try {
      this.#refuseUnless('awaiting-otp');
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }

  #refuseUnless(status: OpenAccountStatus): void {
    if (this.#status !== status) {
      throw ApplicationFailure.nonRetryable(`not now: the opening is ${this.#status}`, 'NotNow');
    }
  }

  #endIfAbandoned(): void {
    if (this.#isAbandoned) throw new Ended('abandoned', 'given up by the customer or the merchant');
  }

  #enter(status: OpenAccountStatus, next: NextStep): void {
    this.#status = status;
    this.#next = next;
    this.#story.enter(status);
  }

  #enterOtp(): NextStep {
    return {
      show: 'enter-otp',
      triesLeft: this.#otp?.triesLeft ?? 0,
      expiresAt: new Date(Date.now() + durationMs(this.#input.otpWithin)).toISOString(),
    };
  }

  #openUrl(url: string, page: 'create-pin' | 'bind'): NextStep {
    return {
      show: 'open-url',
      url,
      page,
      expiresAt: new Date(Date.now() + durationMs(this.#input.pageWithin)).toISOString(),
    };
  }

  #view(): OpenAccountView {
    return { customerId: this.#input.customerId, status: this.#status, next: this.#next };
  }
}

const messageOf = (error: unknown) =>
  error instanceof ActivityFailure ? (error.cause?.message ?? error.message) : 'no answer';
