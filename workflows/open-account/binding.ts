import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { BindingPage } from '../../activities/account.js';
import type { BindingEnd, BindingProof, BindingSurvey } from '../../activities/binding.js';
import { durationMs } from '../../contract/duration.js';
import type { ParsedOpenAccountInput } from '../../contract/open-account.js';
import { bindingQuestions, bindingWait, handOver, requests } from '../mechanisms/account-calls.js';
import { Ended } from '../mechanisms/ended.js';
import type { Insistent } from '../mechanisms/insistent.js';
import type { Journey, JourneyResult } from '../mechanisms/journey.js';
import { Brought, type Judgement } from './brought.js';
import { authCodeOf } from './page-return.js';

export interface BindingOptions {
  readonly input: ParsedOpenAccountInput;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the journey's own statuses are
  readonly journey: Journey<any, JourneyResult<any>>;
  readonly insistent: Insistent;
  readonly isAbandoned: () => boolean;
  /** Shows the customer the page to agree on. */
  readonly show: (page: BindingPage) => void;
}

/** The decisions of an operator who is asked about a binding that nothing proves. */
const UNPROVEN = ['try-again', 'accept-binding', 'record-rejected'] as const;

/**
 * The binding of one account: Account Inquiry → Account Binding → the customer agrees → Account Inquiry → token.
 *
 * Only a code that came back through the customer's session binds, and only once DOKU shows a binding that it did not show
 * before it was asked: what its answers leave out, or repeat of an older binding, makes nobody else's account theirs (money
 * rule 8).
 */
export class AccountBinding {
  readonly #options: BindingOptions;
  readonly #accountId: string;
  #survey: BindingSurvey | undefined;
  #isAskedFor = false;
  #linkId: string | undefined;
  #replaced: string | undefined;
  readonly #codes = new Brought();

  constructor(accountId: string, options: BindingOptions) {
    this.#accountId = accountId;
    this.#options = options;
  }

  get accountId(): string {
    return this.#accountId;
  }

  /** Whether DOKU was, or may have been, asked for it. */
  get isAskedFor(): boolean {
    return this.#isAskedFor;
  }

  get linkId(): string | undefined {
    return this.#linkId;
  }

  /** How many codes bound nothing. */
  get codesRefused(): number {
    return this.#codes.refused;
  }

  /** The account that this one took the place of, or will. */
  get replaced(): string | undefined {
    return this.#replaced;
  }

  /**
   * What DOKU shows and what is known here before anything is asked for.
   *
   * @returns nothing for journeys that began before it was looked at.
   */
  async survey(): Promise<BindingSurvey | undefined> {
    if (!patched('proven-binding')) return undefined;
    const { customerId } = this.#options.input;
    this.#survey = await this.#options.journey.insist('Account Inquiry before the binding', () =>
      bindingQuestions.surveyBinding.executeWithOptions(
        { summary: 'Account Inquiry before Account Binding' },
        [{ customerId, accountId: this.#accountId }],
      ),
    );
    return this.#survey;
  }

  /** Takes the binding to its end. @throws Ended */
  async bound(): Promise<void> {
    while (this.#survey?.owner === 'another-customer') {
      await this.#parkTaken();
      await this.survey();
    }
    const { current } = this.#survey ?? {};
    if (current && current.openJourneys.length > 0) {
      const { openJourneys } = current;
      throw new Ended('rejected', 'money of the account bound now is on its way', { openJourneys });
    }
    this.#replaced = current?.accountId;
    const page = await this.#request();
    await this.#awaitAgreement(page);
  }

  /** @returns what becomes of the code that the browser brought, if it did. */
  returned(rawQuery: string): Judgement | undefined {
    const authCode = authCodeOf(rawQuery);
    return authCode === undefined ? undefined : this.#codes.bring(authCode);
  }

  async #request(): Promise<BindingPage> {
    const { insistent, input } = this.#options;
    this.#isAskedFor = true;
    const { response } = await insistent.request('Account Binding', (partnerReferenceNo) =>
      requests.bindAccount.executeWithOptions(
        { summary: `Account Binding ${partnerReferenceNo}` },
        [{ partnerReferenceNo, accountId: this.#accountId, redirectUrl: input.redirectUrl }],
      ),
    );
    this.#linkId = response.linkId;
    return response;
  }

  /** Until the customer agreed on DOKU's page. */
  async #awaitAgreement(page: BindingPage): Promise<void> {
    const { input, isAbandoned, show } = this.#options;
    const until = Date.now() + durationMs(input.pageWithin);
    show(page);
    const inquiry = new CancellationScope();
    if (this.#survey === undefined || this.#survey.isByInquiry) this.#inquire(page, inquiry);
    try {
      for (;;) {
        await condition(
          () => this.#codes.isWaiting || isAbandoned(),
          Math.max(1, until - Date.now()),
        );
        const code = this.#codes.take();
        if (code === undefined) break;
        if (await this.#isBoundBy(code.what, code.at)) return;
        this.#codes.refuse();
      }
    } finally {
      inquiry.cancel();
    }
    if (isAbandoned()) throw Ended.givenUp();
    throw new Ended('abandoned', 'the customer did not agree to the binding in time');
  }

  /** Account Inquiry tells of a customer who agreed, too. */
  #inquire(page: BindingPage, scope: CancellationScope): void {
    const before = this.#survey?.before;
    scope
      .run(async () => {
        const authCode = await bindingWait.awaitBinding.executeWithOptions(
          { summary: 'Account Inquiry until the customer has agreed' },
          [
            {
              accountId: this.#accountId,
              ...(page.linkId && { linkId: page.linkId }),
              ...(before && { before }),
            },
          ],
        );
        this.#codes.bring(authCode);
      })
      .catch((error) => {
        if (!isCancellation(error))
          this.#options.journey.story.tell(`Account Inquiry: ${messageOf(error)}`);
      });
  }

  /** @param returnedAt - milliseconds since the epoch. */
  async #isBoundBy(authCode: string, returnedAt: number): Promise<boolean> {
    const proof = await this.#proven(returnedAt);
    if (proof.kind === 'none') {
      this.#options.journey.story.tell('a code came back, but DOKU shows no binding');
      return false;
    }
    if (proof.kind === 'proven' && this.#survey) this.#linkId = proof.linkId;
    return this.#handedOver(authCode);
  }

  /** Whether the customer agreed to this very binding. */
  async #proven(returnedAt: number): Promise<BindingProof> {
    if (this.#survey === undefined) return { kind: 'proven' };
    const { before, owner } = this.#survey;
    for (;;) {
      const proof = await this.#options.journey.insist('Account Inquiry of the binding', () =>
        bindingQuestions.proveBinding.executeWithOptions(
          { summary: 'Account Inquiry: is there a new binding?' },
          [
            {
              accountId: this.#accountId,
              before,
              isOwn: owner === 'this-customer',
              returnedAt: new Date(returnedAt).toISOString(),
            },
          ],
        ),
      );
      if (proof.kind !== 'older') return proof;
      const decision = await this.#park(
        'a code came back, but DOKU shows only a binding that is older than this opening',
        UNPROVEN,
      );
      if (decision === 'accept-binding') return { kind: 'proven' };
    }
  }

  /** @returns whether the wallet has the customer's token now. */
  async #handedOver(authCode: string): Promise<boolean> {
    for (let isAccepted = false; ; ) {
      const end = await this.#bindWallet(authCode, isAccepted);
      switch (end?.kind) {
        case 'bound':
          this.#replaced = end.replaced;
          return true;
        case 'refused':
          return false;
        case 'ended-before':
          throw new Ended('rejected', 'it had ended before it was reset: begin another opening');
        case 'taken':
          await this.#parkTaken();
          break;
        case 'unproven':
          isAccepted =
            (await this.#park('nothing tells whose account the returned code is of', UNPROVEN)) ===
            'accept-binding';
          break;
        default:
          // The customer has agreed at DOKU, and still there is no token: neither bound nor abandoned can be said.
          await this.#park('the customer agreed, but DOKU gives no customer token', [
            'try-again',
            'record-rejected',
          ]);
      }
    }
  }

  async #bindWallet(authCode: string, isAccepted: boolean): Promise<BindingEnd | undefined> {
    const { story } = this.#options.journey;
    try {
      const answer: BindingEnd | boolean = await handOver.bindWallet.executeWithOptions(
        { summary: 'Token B2B2C by the wallet' },
        [
          {
            customerId: this.#options.input.customerId,
            accountId: this.#accountId,
            ...(this.#linkId && { linkId: this.#linkId }),
            authCode,
            firstRunId: workflowInfo().originalExecutionRunId,
            ...(this.#survey && { isProven: true }),
            ...(isAccepted && { isAccepted }),
          },
        ],
      );
      const end = asEnd(answer);
      story.tell(TOLD[end.kind]);
      return end;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      story.tell(`Token B2B2C: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** One DOKU account belongs to one customer. */
  async #parkTaken(): Promise<void> {
    await this.#park('the DOKU account is bound by another customer of this merchant', [
      'try-again',
      'record-rejected',
    ]);
  }

  async #park<Decision extends string>(
    reason: string,
    decisions: readonly Decision[],
  ): Promise<Decision> {
    const { decision, note } = await this.#options.journey.park({
      reason,
      check: [`Look up the bindings of DOKU account ${this.#accountId} in DOKU's back office.`],
      decisions,
    });
    if (decision === 'record-rejected') throw new Ended('rejected', note);
    return decision;
  }
}

const TOLD: Readonly<Record<BindingEnd['kind'], string>> = {
  bound: 'DOKU confirms the binding',
  refused: 'DOKU does not accept the returned code',
  taken: 'another customer has the account',
  'ended-before': 'a run before this one had ended',
  unproven: 'nothing tells whose account the code is of',
};

/** Workers answered yes or no at first. */
const asEnd = (answer: BindingEnd | boolean): BindingEnd =>
  typeof answer === 'boolean' ? { kind: answer ? 'bound' : 'refused' } : answer;

const messageOf = (error: unknown) =>
  error instanceof ActivityFailure ? (error.cause?.message ?? error.message) : 'no answer';
