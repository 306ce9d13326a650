import { condition, patched, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { OpenJourneyActivities } from '../../activities/journeys/open.js';
import type { Binding } from '../../activities/journeys/wallet.js';
import {
  abandonClosingUpdate,
  type CloseAccountInput,
  type CloseAccountResult,
  type CloseAccountStatus,
  type CloseAccountView,
  type ClosingStep,
  closeAccountInputSchema,
  closeAccountStatusQuery,
  closingStepUpdate,
  type ParsedCloseAccountInput,
} from '../../contract/close-account.js';
import { durationMs } from '../../contract/duration.js';
import { handOver, questions, requests } from '../mechanisms/account-calls.js';
import { parsed } from '../mechanisms/bad-input.js';
import { QUESTION, WAIT } from '../mechanisms/call-options.js';
import { Ended } from '../mechanisms/ended.js';
import { sameInputAs } from '../mechanisms/input-digest.js';
import { Insistent, type Patience } from '../mechanisms/insistent.js';
import { interruptible } from '../mechanisms/interruptible.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { assertNow } from '../mechanisms/not-now.js';
import { OtpDialogue, type SentOtp } from '../mechanisms/otp-dialogue.js';
import { type Fact, Truth } from '../mechanisms/truth.js';

const { listOpenJourneys } =
  proxyActivities<Pick<OpenJourneyActivities, 'listOpenJourneys'>>(QUESTION);
const { awaitNoOpenJourneys } =
  proxyActivities<Pick<OpenJourneyActivities, 'awaitNoOpenJourneys'>>(WAIT);

/** DOKU may show a binding for a moment longer than it has it. */
const PROOF_PAUSES_MS = [1_000, 5_000, 30_000, 300_000];

/**
 * The journey that closes a binding: Account Unbinding → OTP → Verify OTP, proven by Account Inquiry. Contract:
 * `contract/close-account.ts`.
 */
export async function closeAccount(input: CloseAccountInput): Promise<CloseAccountResult> {
  return new CloseAccount(parsed(closeAccountInputSchema, input, 'input')).run();
}

type End = Omit<CloseAccountResult, 'customerId' | 'resolution'>;

class CloseAccount {
  readonly #input: ParsedCloseAccountInput;
  readonly #journey: Journey<CloseAccountStatus, CloseAccountResult>;
  readonly #insistent: Insistent;
  readonly #otp: OtpDialogue<ClosingStep>;
  readonly #truth: Truth<Fact>;
  #binding: Binding | undefined;
  #next: ClosingStep = { show: 'wait' };
  #isAbandoned = false;

  constructor(input: ParsedCloseAccountInput) {
    this.#input = input;
    const assertSameInput = sameInputAs(input);
    this.#journey = new Journey<CloseAccountStatus, CloseAccountResult>(
      `Closing the account of ${input.customerId}`,
      'checking',
      { customerId: input.customerId, partnerReferenceNo: input.reference },
    );
    this.#journey.interruptBy(() => this.#stoppedUnasked);
    const { customerId, reference } = input;
    this.#insistent = new Insistent(
      { journey: 'close', customerId, reference },
      this.#journey.story,
      () => this.#isAbandoned,
    );
    this.#truth = new Truth<Fact>({
      journey: this.#journey,
      name: 'Account Inquiry',
      ask: (_sent, limit) => this.#inquire(limit),
      check: "Look up the customer's binding in DOKU's back office.",
      records: { 'record-unbound': { status: 'unbound' }, 'record-bound': { status: 'bound' } },
    });
    this.#otp = new OtpDialogue<ClosingStep>({
      story: this.#journey.story,
      within: input.otpWithin,
      send: () => this.#unbind(),
      nextReference: () => this.#insistent.nextReference(),
      assertOpen: () => this.#journey.assertOpen(),
      isAwaited: () => this.#journey.status === 'awaiting-otp',
      show: (step) => this.#enter('awaiting-otp', step),
      accept: () => ({ show: 'wait' }),
      // A lost answer to the right OTP is no lost OTP: DOKU's binding tells.
      resolve: async () =>
        (await this.#truth.ask()).status === 'unbound' ? { show: 'wait' } : undefined,
      next: () => this.#shown,
      isGivenUp: () => this.#isAbandoned,
      assertVerifiable: () => this.#assertNothingOpen(),
      isDone: () => this.#journey.result?.outcome === 'unbound',
    });
    onQuery(closeAccountStatusQuery, () => this.#view());
    onUpdate(closingStepUpdate, () => this.#firstStep(), {
      validator: (argument?: unknown) => assertSameInput(argument, 'nextStep'),
      description: 'What to show the customer first',
    });
    onUpdate(
      abandonClosingUpdate,
      () => {
        this.#isAbandoned = true;
        this.#journey.noteStop();
        return this.#journey.ended();
      },
      { description: 'The customer gave up' },
    );
  }

  run(): Promise<CloseAccountResult> {
    return this.#journey.run(
      async () => {
        const result = { customerId: this.#input.customerId, ...(await this.#end()) };
        this.#next = { show: 'done', result };
        return result;
      },
      () => {
        this.#isAbandoned = true;
      },
      () => 'nothing more is asked of DOKU; what the customer has agreed to meanwhile still counts',
    );
  }

  async #end(): Promise<End> {
    try {
      return await this.#steps();
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      return { outcome: error.outcome, reason: error.reason };
    }
  }

  /** The business process, step by step. */
  async #steps(): Promise<End> {
    const { customerId } = this.#input;
    const binding = await this.#journey.insist('finding the binding', () =>
      questions.findBinding.executeWithOptions({ summary: `Binding of ${customerId}` }, [
        { customerId },
      ]),
    );
    if (!binding) return { outcome: 'rejected', reason: 'not-bound' };
    this.#binding = binding;
    const inTheWay = await this.#awaitOpenJourneys();
    if (inTheWay) return inTheWay;
    const end = await this.#verified();
    if (end) return end;
    if (!(await this.#isProven())) return { outcome: 'rejected', reason: 'still bound at DOKU' };
    await this.#endWallet(binding);
    return { outcome: 'unbound' };
  }

  /** @returns the end, if journeys stand in the way: money on its way needs the customer's token. */
  async #awaitOpenJourneys(): Promise<End | undefined> {
    const { customerId, waitForOpenJourneys } = this.#input;
    const open = await this.#journey.insist('listing open journeys', () => this.#openJourneys());
    if (open.length === 0) return undefined;
    const reason = 'journeys of the customer are open';
    if (!waitForOpenJourneys) return { outcome: 'rejected', reason, openJourneys: open };
    this.#journey.enter('awaiting-journeys');
    const waited = await interruptible(
      () =>
        awaitNoOpenJourneys.executeWithOptions({ summary: 'Until the open journeys have ended' }, [
          { customerId },
        ]),
      () => this.#isAbandoned,
      durationMs(waitForOpenJourneys),
    );
    if (waited.kind === 'done') return undefined;
    if (this.#isAbandoned) return { outcome: 'abandoned', reason: 'given up' };
    return { outcome: 'rejected', reason, openJourneys: open };
  }

  #openJourneys(): Promise<string[]> {
    const { customerId } = this.#input;
    return listOpenJourneys.executeWithOptions({ summary: `Open journeys of ${customerId}` }, [
      { customerId },
    ]);
  }

  /** The right OTP ends the binding: not under money that began to move while the customer looked for it (money rule 8). */
  async #assertNothingOpen(): Promise<void> {
    if (!patched('open-journeys-before-otp')) return;
    const open = await this.#openJourneys();
    assertNow(open.length === 0, `journeys of the customer are open: ${open.join(', ')}`);
  }

  /** @returns the end, if DOKU never got the right OTP; nothing once it did. */
  async #verified(): Promise<End | undefined> {
    try {
      this.#journey.enter('unbinding');
      await this.#otp.send();
      await this.#otp.verified(() => this.#isAbandoned);
      if (this.#otp.isVerified) {
        this.#enter('proving', { show: 'wait' });
        return undefined;
      }
      throw Ended.givenUp();
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      // An OTP whose answer was lost may have counted after all.
      const { status } = await this.#truth.ask();
      if (status === 'unbound') return undefined;
      return { outcome: error.outcome, reason: error.reason };
    }
  }

  /** Account Unbinding, which makes DOKU send an OTP. Also the way to send another. */
  async #unbind(): Promise<SentOtp> {
    const linkId = this.#binding?.linkId;
    if (linkId === undefined) throw new Ended('rejected', 'the binding has no linkId');
    const { partnerReferenceNo, response } = await this.#insistent.request(
      'Account Unbinding',
      (reference) =>
        requests.unbindAccount.executeWithOptions({ summary: `Account Unbinding ${reference}` }, [
          { partnerReferenceNo: reference, linkId },
        ]),
      this.#patience(),
    );
    return { partnerReferenceNo, referenceNo: response.referenceNo };
  }

  /** A payment that Temporal's lists do not show yet, or that nobody here began, makes DOKU refuse until it is over. */
  #patience(): Patience | undefined {
    // A customer who asks for another OTP is told at once.
    if (this.#journey.status === 'awaiting-otp') return undefined;
    const { waitForOpenJourneys, otpWithin } = this.#input;
    return {
      refusal: 'not-permitted',
      until: Date.now() + durationMs(waitForOpenJourneys ?? otpWithin),
      onWait: () => this.#journey.enter('awaiting-journeys'),
    };
  }

  async #inquire(limit?: { readonly scheduleToCloseTimeout: string }): Promise<Fact> {
    const isBound = await questions.isBound.executeWithOptions(
      { summary: 'Account Inquiry', ...limit },
      [this.#binding as Binding],
    );
    return { status: isBound ? 'bound' : 'unbound' };
  }

  /** DOKU accepted the OTP, so its binding goes; if it does not, somebody has to look. */
  async #isProven(): Promise<boolean> {
    for (let looks = 0; ; ) {
      const fact = await this.#truth.ask();
      if (fact.status === 'unbound') return true;
      if (fact.isOperatorsWord) return false;
      const pause = PROOF_PAUSES_MS[looks++];
      if (pause !== undefined) {
        await sleep(pause, { summary: 'before Account Inquiry is asked again' });
      } else {
        await this.#truth.park('DOKU accepted the OTP, but still shows the binding');
        looks = 0;
      }
    }
  }

  async #endWallet({ accountId }: Binding): Promise<void> {
    const { customerId } = this.#input;
    await this.#journey.insist('ending the wallet', () =>
      handOver.endWallet.executeWithOptions({ summary: `End the wallet of ${customerId}` }, [
        { customerId, accountId, firstRunId: workflowInfo().originalExecutionRunId },
      ]),
    );
  }

  /** Nobody is asked to decide about a closing that is given up before DOKU was asked for it. */
  get #stoppedUnasked(): Ended | undefined {
    if (!this.#isAbandoned || this.#binding !== undefined) return undefined;
    return patched('stopped-is-asked-about-no-more') ? Ended.givenUp() : undefined;
  }

  async #firstStep(): Promise<ClosingStep> {
    await condition(() => this.#next.show !== 'wait' || this.#journey.result !== undefined);
    return this.#shown;
  }

  /** What is being given up is nothing for the customer to go on with. */
  get #shown(): ClosingStep {
    const isToAct = this.#next.show !== 'wait' && this.#next.show !== 'done';
    return this.#isAbandoned && isToAct ? { show: 'wait' } : this.#next;
  }

  #enter(status: CloseAccountStatus, next: ClosingStep): void {
    this.#next = next;
    this.#journey.enter(status);
  }

  #view(): CloseAccountView {
    const { status, attention } = this.#journey;
    return {
      customerId: this.#input.customerId,
      status,
      next: this.#shown,
      ...this.#journey.stop,
      ...(attention && { attention }),
    };
  }
}
