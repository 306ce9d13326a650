import { condition, patched } from '@temporalio/workflow';
import * as z from 'zod';
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
import { requests } from '../mechanisms/account-calls.js';
import { parsed, parsedInput } from '../mechanisms/bad-input.js';
import { Ended } from '../mechanisms/ended.js';
import { sameInputAs } from '../mechanisms/input-digest.js';
import { Insistent } from '../mechanisms/insistent.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { OtpDialogue, type SentOtp } from '../mechanisms/otp-dialogue.js';
import { AccountBinding } from './binding.js';
import { Brought, eachByItself, type Judgement } from './brought.js';
import { pinReturn } from './page-return.js';

/** Its page was any of http. */
const BEFORE = openAccountInputSchema.safeExtend({ redirectUrl: z.string() });

/**
 * The journey that opens and binds a DOKU account: Account Creation → OTP → create-PIN page → Account
 * Binding → binding page → customer token. Contract: `contract/open-account.ts`.
 */
export async function openAccount(input: OpenAccountInput): Promise<OpenAccountResult> {
  return new OpenAccount(parsedInput(openAccountInputSchema, BEFORE, input)).run();
}

class OpenAccount {
  readonly #input: ParsedOpenAccountInput;
  readonly #journey: Journey<OpenAccountStatus, OpenAccountResult>;
  readonly #insistent: Insistent;
  readonly #otp: OtpDialogue<NextStep>;
  #next: NextStep = { show: 'wait' };
  #pinUrl: string | undefined;
  /** Accounts, as browsers brought them from the PIN page. */
  readonly #accounts = new Brought();
  #binding: AccountBinding | undefined;
  #isAbandoned = false;

  constructor(input: ParsedOpenAccountInput) {
    this.#input = input;
    const assertSameInput = sameInputAs(input);
    this.#journey = new Journey<OpenAccountStatus, OpenAccountResult>(
      `Account of ${input.customerId}`,
      input.accountId ? 'binding' : 'creating',
      { customerId: input.customerId, partnerReferenceNo: input.reference },
    );
    this.#journey.interruptBy(() => this.#stoppedUnasked);
    const { customerId, reference } = input;
    this.#insistent = new Insistent(
      { journey: 'open', customerId, reference },
      this.#journey.story,
      () => this.#isAbandoned,
    );
    this.#otp = new OtpDialogue<NextStep>({
      story: this.#journey.story,
      within: input.otpWithin,
      send: () => this.#createAccount(),
      nextReference: () => this.#insistent.nextReference(),
      assertOpen: () => this.#journey.assertOpen(),
      isAwaited: () => this.#journey.status === 'awaiting-otp',
      show: (step) => this.#enter('awaiting-otp', step),
      accept: ({ pinUrl }) => this.#takePinUrl(pinUrl),
      next: () => this.#shown,
      isGivenUp: () => this.#isAbandoned,
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
        this.#journey.noteStop();
        return this.#journey.ended();
      },
      { description: 'The customer gave up' },
    );
  }

  run(): Promise<OpenAccountResult> {
    return this.#journey.run(
      async () => {
        const { outcome, reason, openJourneys } = await this.#steps().catch((error) => {
          if (error instanceof Ended) return error;
          throw error;
        });
        const result = this.#resultOf(outcome, reason, openJourneys);
        this.#next = { show: 'done', result };
        return result;
      },
      () => {
        this.#isAbandoned = true;
      },
      () => 'nothing more is asked of DOKU; what the customer has agreed to meanwhile still counts',
    );
  }

  /** The business process, step by step. */
  async #steps(): Promise<Pick<OpenAccountResult, 'outcome' | 'reason' | 'openJourneys'>> {
    const { accountId } = this.#input;
    if (accountId === undefined) {
      await this.#otp.send();
      await this.#otp.verified(() => this.#isAbandoned);
      this.#endIfAbandoned();
      await this.#awaitPin();
    } else {
      await this.#isToBind(accountId);
    }
    await (this.#binding as AccountBinding).bound();
    return { outcome: 'bound' };
  }

  #resultOf(
    outcome: OpenAccountOutcome,
    reason?: string,
    openJourneys?: readonly string[],
  ): OpenAccountResult {
    const { accountId, linkId, replaced } = this.#binding ?? {};
    const isBound = outcome === 'bound';
    return {
      customerId: this.#input.customerId,
      outcome,
      ...(accountId && { accountId }),
      ...(isBound && linkId && { linkId }),
      ...(isBound && replaced && { replaced: { accountId: replaced } }),
      ...(openJourneys && { openJourneys }),
      ...(reason && { reason }),
    };
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
    // The OTP was right, and still nobody is to set a PIN: it ends so next.
    if (this.#isAbandoned) {
      const { outcome, reason } = Ended.givenUp();
      return { show: 'done', result: this.#resultOf(outcome, reason) };
    }
    if (pinUrl === undefined) return undefined;
    this.#pinUrl = pinUrl;
    return this.#openUrl(pinUrl, 'create-pin');
  }

  async #awaitPin(): Promise<void> {
    const page = this.#openUrl(this.#pinUrl as string, 'create-pin');
    const until = Date.now() + durationMs(this.#input.pageWithin);
    for (;;) {
      this.#enter('awaiting-pin', page);
      await condition(
        () => this.#accounts.isWaiting || this.#isAbandoned,
        Math.max(1, until - Date.now()),
      );
      this.#endIfAbandoned();
      const account = this.#accounts.take();
      if (account === undefined) throw new Ended('abandoned', 'no PIN was set in time');
      if (await this.#isToBind(account.what)) return;
      this.#accounts.refuse();
      this.#journey.story.tell('the browser brought an account that is older than this opening');
    }
  }

  /** @returns whether the account may be the one that this opening is about. */
  async #isToBind(accountId: string): Promise<boolean> {
    const binding = new AccountBinding(accountId, {
      input: this.#input,
      journey: this.#journey,
      insistent: this.#insistent,
      isAbandoned: () => this.#isAbandoned,
      show: (page) => this.#enter('awaiting-binding', this.#openUrl(page.nextAction, 'bind')),
    });
    this.#enter('binding', { show: 'wait' });
    // What the browser says went through the customer's hands: an account that was just created is bound by nobody.
    const survey = await binding.survey();
    const isOlder = survey?.before.kind === 'bound' && survey.owner !== 'this-customer';
    if (this.#input.accountId === undefined && isOlder) return false;
    this.#binding = binding;
    return true;
  }

  async #firstStep(): Promise<NextStep> {
    await condition(() => this.#next.show !== 'wait');
    return this.#shown;
  }

  /** What is being given up is nothing for the customer to go on with. */
  get #shown(): NextStep {
    const isToAct = this.#next.show !== 'wait' && this.#next.show !== 'done';
    return this.#isAbandoned && isToAct ? { show: 'wait' } : this.#next;
  }

  async #return(rawQuery: string): Promise<NextStep> {
    const before = this.#next;
    const refused = this.#refused;
    const judgement = this.#judgementOf(rawQuery);
    if (!judgement) return this.#shown;
    const isJudged = () =>
      judgement.isRefused ||
      (this.#next !== before && this.#next.show !== 'wait') ||
      (this.#refused > refused && !eachByItself());
    await condition(isJudged, '30 seconds');
    return this.#shown;
  }

  /** @returns what becomes of what the browser brought; nothing where that is nothing to look at. */
  #judgementOf(rawQuery: string): Judgement | undefined {
    if (this.#binding)
      return this.#journey.status === 'awaiting-binding'
        ? this.#binding.returned(rawQuery)
        : undefined;
    if (this.#pinUrl === undefined) return undefined;
    const returned = pinReturn(rawQuery);
    // A return of another opening (an old tab, say) says nothing about this one.
    const isOwn =
      returned.status === 'SUCCESS' &&
      returned.partnerReferenceNo === this.#otp.sent?.partnerReferenceNo;
    return isOwn && returned.accountId ? this.#accounts.bring(returned.accountId) : undefined;
  }

  get #refused(): number {
    return this.#accounts.refused + (this.#binding?.codesRefused ?? 0);
  }

  /** Nobody is asked to decide about a binding that is given up before DOKU was asked for it. */
  get #stoppedUnasked(): Ended | undefined {
    if (!this.#isAbandoned || this.#binding?.isAskedFor) return undefined;
    return patched('stopped-is-asked-about-no-more') ? Ended.givenUp() : undefined;
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
    const replaces = this.#binding?.replaced;
    return {
      customerId: this.#input.customerId,
      status,
      next: this.#shown,
      ...(replaces && this.#journey.result === undefined && { replaces: { accountId: replaces } }),
      ...this.#journey.stop,
      ...(attention && { attention }),
    };
  }
}
