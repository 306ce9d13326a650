import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { BindingPage } from '../../activities/account.js';
import { durationMs } from '../../contract/duration.js';
import {
  abandonUpdate,
  type NextStep,
  nextStepUpdate,
  type OpenAccountInput,
  type OpenAccountOutcome,
  type OpenAccountResult,
  type OpenAccountStatus,
  type OpenAccountView,
  openAccountInputSchema,
  openAccountStatusQuery,
  type ParsedOpenAccountInput,
  returnedSchema,
  returnedUpdate,
} from '../../contract/open-account.js';
import { bindingWait, handOver, requests } from '../mechanisms/account-calls.js';
import { parsed } from '../mechanisms/bad-input.js';
import { Ended } from '../mechanisms/ended.js';
import { assertSameInput } from '../mechanisms/input-digest.js';
import { Insistent } from '../mechanisms/insistent.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { OtpDialogue, type SentOtp } from '../mechanisms/otp-dialogue.js';
import { authCodeOf, pinReturn } from './page-return.js';

/**
 * The journey that opens and binds a DOKU account: Account Creation → OTP → create-PIN page → Account
 * Binding → binding page → customer token. Contract: `contract/open-account.ts`.
 */
export async function openAccount(input: OpenAccountInput): Promise<OpenAccountResult> {
  return new OpenAccount(parsed(openAccountInputSchema, input, 'input')).run();
}

class OpenAccount {
  readonly #input: ParsedOpenAccountInput;
  readonly #journey: Journey<OpenAccountStatus, OpenAccountResult>;
  readonly #insistent: Insistent;
  readonly #otp: OtpDialogue<NextStep>;
  #next: NextStep = { show: 'wait' };
  #pinUrl: string | undefined;
  #accountId: string | undefined;
  #linkId: string | undefined;
  #authCode: string | undefined;
  /** Counts the codes that DOKU did not accept, so that whoever brought one gets an answer. */
  #codesRefused = 0;
  #isAbandoned = false;

  constructor(input: ParsedOpenAccountInput) {
    this.#input = input;
    this.#accountId = input.accountId;
    this.#journey = new Journey<OpenAccountStatus, OpenAccountResult>(
      `Account of ${input.customerId}`,
      input.accountId ? 'binding' : 'creating',
      { customerId: input.customerId, partnerReferenceNo: input.reference },
    );
    this.#insistent = new Insistent(input.reference, this.#journey.story, () => this.#isAbandoned);
    this.#otp = new OtpDialogue<NextStep>({
      story: this.#journey.story,
      within: input.otpWithin,
      send: () => this.#createAccount(),
      nextReference: () => this.#insistent.nextReference(),
      isAwaited: () => this.#journey.status === 'awaiting-otp',
      show: (step) => this.#enter('awaiting-otp', step),
      accept: ({ pinUrl }) => this.#takePinUrl(pinUrl),
      next: () => this.#next,
    });
    onQuery(openAccountStatusQuery, () => this.#view());
    onUpdate(nextStepUpdate, () => this.#firstStep(), {
      validator: (argument?: unknown) => assertSameInput(argument, 'nextStep'),
      description: 'What to show the customer first',
    });
    onUpdate(returnedUpdate, ({ rawQuery }) => this.#return(rawQuery), {
      validator: (argument) => void parsed(returnedSchema, argument, 'returned'),
      description: "The browser came back from DOKU's page",
    });
    onUpdate(
      abandonUpdate,
      () => {
        this.#isAbandoned = true;
        return this.#journey.ended();
      },
      { description: 'The customer gave up' },
    );
  }

  run(): Promise<OpenAccountResult> {
    return this.#journey.run(
      async () => {
        const { outcome, reason } = await this.#steps().catch((error) => {
          if (error instanceof Ended) return { outcome: error.outcome, reason: error.reason };
          throw error;
        });
        const result: OpenAccountResult = {
          customerId: this.#input.customerId,
          outcome,
          ...(this.#accountId && { accountId: this.#accountId }),
          ...(outcome === 'bound' && this.#linkId && { linkId: this.#linkId }),
          ...(reason && { reason }),
        };
        this.#next = { show: 'done', result };
        return result;
      },
      () => {
        this.#isAbandoned = true;
      },
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<{ outcome: OpenAccountOutcome; reason?: string }> {
    if (this.#accountId === undefined) {
      await this.#otp.send();
      await this.#otp.verified(() => this.#isAbandoned);
      this.#endIfAbandoned();
      await this.#awaitPin();
    }
    const page = await this.#requestBinding();
    await this.#awaitBinding(page);
    return { outcome: 'bound' };
  }

  /** Account Creation, which makes DOKU send an OTP. Also the way to send another. */
  async #createAccount(): Promise<SentOtp> {
    const customer = this.#input.customer;
    if (!customer) throw new Ended('rejected', 'no customer data');
    const { partnerReferenceNo, response } = await this.#insistent.request(
      'Account Creation',
      (reference) =>
        requests.createAccount.executeWithOptions({ summary: `Account Creation ${reference}` }, [
          { partnerReferenceNo: reference, redirectUrl: this.#input.redirectUrl, ...customer },
        ]),
    );
    return { partnerReferenceNo, referenceNo: response.referenceNo };
  }

  #takePinUrl(pinUrl: string | undefined): NextStep | undefined {
    if (pinUrl === undefined) return undefined;
    this.#pinUrl = pinUrl;
    return this.#openUrl(pinUrl, 'create-pin');
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
    const { response } = await this.#insistent.request('Account Binding', (partnerReferenceNo) =>
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
        if (!isCancellation(error))
          this.#journey.story.tell(`Account Inquiry: ${messageOf(error)}`);
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

  /** @returns whether DOKU accepted the code. */
  async #bindWallet(authCode: string): Promise<boolean> {
    const { customerId } = this.#input;
    for (;;) {
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
        this.#journey.story.tell(
          isBound ? 'DOKU confirms the binding' : 'DOKU does not accept the returned code',
        );
        return isBound;
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        this.#journey.story.tell(`Token B2B2C: ${messageOf(error)}`);
        await this.#parkUnbound();
      }
    }
  }

  /** The customer has agreed at DOKU, and still there is no token: neither bound nor abandoned can be said. */
  async #parkUnbound(): Promise<void> {
    const { decision, note } = await this.#journey.park({
      reason: 'the customer agreed, but DOKU gives no customer token',
      check: [`Look up the binding of DOKU account ${this.#accountId} in DOKU's back office.`],
      decisions: ['try-again', 'record-rejected'],
    });
    if (decision === 'record-rejected') throw new Ended('rejected', note);
  }

  async #firstStep(): Promise<NextStep> {
    await condition(() => this.#next.show !== 'wait');
    return this.#next;
  }

  async #return(rawQuery: string): Promise<NextStep> {
    const before = this.#next;
    const { status } = this.#journey;
    if (status === 'awaiting-pin') {
      const returned = pinReturn(rawQuery);
      // A return of another opening (an old tab, say) says nothing about this one.
      if (
        returned.status === 'SUCCESS' &&
        returned.partnerReferenceNo === this.#otp.sent?.partnerReferenceNo
      )
        this.#accountId = returned.accountId;
    } else if (status === 'awaiting-binding') {
      this.#authCode = authCodeOf(rawQuery);
    }
    const isHint =
      this.#authCode !== undefined || (status === 'awaiting-pin' && this.#accountId !== undefined);
    const refused = this.#codesRefused;
    const isJudged = () =>
      this.#codesRefused > refused || (this.#next !== before && this.#next.show !== 'wait');
    if (isHint) await condition(isJudged, '30 seconds');
    return this.#next;
  }

  #endIfAbandoned(): void {
    if (this.#isAbandoned) throw Ended.givenUp();
  }

  #enter(status: OpenAccountStatus, next: NextStep): void {
    this.#next = next;
    this.#journey.enter(status);
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
    const { status, attention } = this.#journey;
    return {
      customerId: this.#input.customerId,
      status,
      next: this.#next,
      ...(attention && { attention }),
    };
  }
}

const messageOf = (error: unknown) =>
  error instanceof ActivityFailure ? (error.cause?.message ?? error.message) : 'no answer';
