import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  proxyActivities,
} from '@temporalio/workflow';
import type { TokenActivities } from '../../activities/token.js';
import { customerNotBoundError } from '../../contract/errors.js';
import type { IssuedToken } from '../../contract/merchant-session.js';
import {
  type Bind,
  bindSchema,
  bindUpdate,
  type CustomerGrant,
  type CustomerTokenRequest,
  customerTokenRequestSchema,
  customerTokenUpdate,
  type HeldBinding,
  type HeldBindings,
  heldBindingsQuery,
  unbindSchema,
  unbindUpdate,
  type WalletInput,
  type WalletView,
  walletInputSchema,
  walletStatusQuery,
} from '../../contract/wallet.js';
import { parsed } from '../mechanisms/bad-input.js';
import { CUSTOMER_TOKEN_MS } from '../mechanisms/call-options.js';
import { answerOfRunBefore, ownResets, type Resets } from '../mechanisms/earlier-run.js';
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { Story } from '../mechanisms/story.js';
import { TokenKeeper } from './keeper.js';

const tokens = proxyActivities<Pick<TokenActivities, 'exchangeAuthCode' | 'renewCustomerToken'>>({
  startToCloseTimeout: CUSTOMER_TOKEN_MS,
  scheduleToCloseTimeout: '60 seconds',
  retry: { initialInterval: '500 ms', maximumInterval: '5 seconds' },
});

/** Earlier accounts whose journeys may still need their tokens: more than a person changes within a refund's time. */
const MOST_FORMER = 10;

/** Holds one customer's binding and customer token for the whole fleet of workers. */
export async function wallet(input: WalletInput): Promise<void> {
  parsed(walletInputSchema, input, 'input');
  // The binding is at DOKU, not here: cancelling this workflow would only lose sight of it.
  const resets = ownResets.get();
  await CancellationScope.nonCancellable(() => new Wallet(input, resets).run());
}

/** A binding with the token of it: what belongs to one account never stands in for another (money rule 8). */
interface Bound {
  binding: HeldBinding['binding'];
  readonly keeper: TokenKeeper<CustomerGrant>;
}

class Wallet {
  readonly #customerId: string;
  readonly #story: Story;
  #current: Bound | undefined;
  /** Accounts of before, latest first: DOKU may still have their bindings, and money of theirs be on its way. */
  #former: Bound[];
  #served = 0;
  #isClosed = false;
  readonly #resets: Resets;
  /** Resets at which it was begun, and done, to learn what the run before held. */
  #recalls = 0;
  #recalled = 0;

  constructor(input: WalletInput, resets: Resets) {
    this.#resets = resets;
    this.#customerId = input.customerId;
    const { binding, held, former = [] } = input;
    this.#current = binding && this.#bound({ binding, ...(held && { held }) });
    this.#former = former.map((each) => this.#bound(each));
    this.#story = new Story(`Wallet of ${input.customerId}`, this.#status, {
      customerId: input.customerId,
    });
    onQuery(walletStatusQuery, () => this.#view());
    onQuery(heldBindingsQuery, () => this.#bindings);
    onUpdate(bindUpdate, (bind) => this.#bind(bind), {
      validator: (bind) => void parsed(bindSchema, bind, 'bind'),
    });
    onUpdate(unbindUpdate, ({ accountId }) => this.#close(accountId), {
      validator: (unbind) => void parsed(unbindSchema, unbind, 'unbind'),
    });
    onUpdate(customerTokenUpdate, (request) => this.#token(request), {
      validator: (request) => {
        const { accountId } = parsed(customerTokenRequestSchema, request, 'token');
        if (!this.#of(accountId) && !this.#isRecalling) throw notBound(this.#customerId, accountId);
      },
    });
  }

  async run(): Promise<void> {
    void this.#recallAtResets();
    await untilHandOver(
      () => this.#served,
      () => this.#isClosed,
      () => !this.#isRecalling,
    );
    // A binding that came while the old one was closed keeps the entity alive.
    if (this.#isClosed && !this.#current) return;
    await continueAsNew<typeof wallet>({
      customerId: this.#customerId,
      ...(this.#current && heldOf(this.#current)),
      ...(this.#former.length > 0 && { former: this.#former.map(heldOf) }),
    });
  }

  /** Whether it was reset, and does not know yet what the run before held: what it holds itself may be of long ago (money rule 8). */
  get #isRecalling(): boolean {
    return this.#resets.count > this.#recalled;
  }

  async #recallAtResets(): Promise<never> {
    for (;;) {
      await condition(() => this.#isRecalling);
      const { count } = this.#resets;
      this.#recalls = count;
      this.#takeOver(await answerOfRunBefore(heldBindingsQuery));
      this.#recalled = count;
    }
  }

  /** Nobody's binding where the run before cannot be asked any more: the customer binds again. */
  #takeOver(held: HeldBindings | undefined): void {
    const heldNow = (binding: HeldBinding['binding']) => {
      const bound = this.#of(binding.accountId) ?? this.#bound({ binding });
      bound.binding = binding;
      return bound;
    };
    const former = (held?.former ?? []).map(heldNow);
    this.#current = held?.current && heldNow(held.current);
    this.#former = former;
    this.#isClosed = false;
    this.#story.tell(`reset: holds what the run before held, ${this.#status}`);
    this.#story.enter(this.#status);
  }

  #known(): Promise<unknown> {
    return condition(() => !this.#isRecalling);
  }

  /** @returns nothing before it knows it. */
  get #bindings(): HeldBindings {
    if (this.#isRecalling) return null;
    return {
      ...(this.#current && { current: this.#current.binding }),
      former: this.#former.map(({ binding }) => binding),
    };
  }

  #view(): WalletView {
    // Whoever asks asks again.
    if (this.#isRecalling) throw new Error('it was reset, and learns what it held');
    return {
      customerId: this.#customerId,
      status: this.#status,
      ...this.#current?.binding,
      ...(this.#former.length > 0 && {
        formerAccountIds: this.#former.map(({ binding }) => binding.accountId),
      }),
    };
  }

  get #status(): WalletView['status'] {
    return this.#current ? 'bound' : 'unbound';
  }

  #bound({ binding, held }: HeldBinding): Bound {
    const bound: Bound = {
      binding,
      keeper: new TokenKeeper<CustomerGrant>((last) => this.#renewed(bound, last), held),
    };
    return bound;
  }

  #of(accountId: string | undefined): Bound | undefined {
    if (accountId === undefined) return this.#current;
    return [this.#current, ...this.#former].find((each) => each?.binding.accountId === accountId);
  }

  async #bind({ accountId, linkId, authCode, isProven }: Bind): Promise<boolean> {
    this.#served += 1;
    const resets = this.#resets.count;
    const grant = await tokens.exchangeAuthCode.executeWithOptions(
      { summary: 'Token B2B2C by authCode' },
      [
        {
          customerId: this.#customerId,
          accountId,
          authCode,
          ...(linkId && { linkId }),
          ...(isProven !== undefined && { isProven }),
        },
      ],
    );
    if (grant === 'refused') return false;
    const isOfRunBefore = this.#resets.count > resets;
    if (this.#isRecalling) await this.#known();
    // The run before knows what became of it, and what came after.
    if (isOfRunBefore) return this.#of(accountId) !== undefined;
    const since = new Date().toISOString();
    this.#take({ accountId, ...(linkId && { linkId }), since }, grant);
    this.#story.tell(`bound to DOKU account ${accountId}`);
    this.#story.enter('bound');
    return true;
  }

  #take(binding: HeldBinding['binding'], grant: CustomerGrant): void {
    const { accountId } = binding;
    const bound = this.#of(accountId) ?? this.#bound({ binding });
    bound.binding = binding;
    bound.keeper.keep(grant);
    const others = [this.#current, ...this.#former].filter(
      (each): each is Bound => each !== undefined && each !== bound,
    );
    this.#current = bound;
    this.#former = others.slice(0, MOST_FORMER);
  }

  async #token(request: CustomerTokenRequest): Promise<IssuedToken> {
    const { refusedGeneration, accountId } = request;
    this.#served += 1;
    if (this.#isRecalling) await this.#known();
    const bound = this.#of(accountId);
    if (!bound) throw notBound(this.#customerId, accountId);
    try {
      const token = await bound.keeper.token(refusedGeneration);
      if (this.#isRecalling) await this.#known();
      // What was bound before a reset may not be any more.
      if (this.#resets.count > 0 && this.#of(accountId) !== bound)
        return await this.#token(request);
      return { ...token, accountId: bound.binding.accountId };
    } catch (error) {
      if (error instanceof ApplicationFailure && error.type === customerNotBoundError.type)
        this.#unbind(bound);
      throw error;
    }
  }

  #renewed({ binding }: Bound, held: CustomerGrant | undefined): Promise<CustomerGrant> {
    return tokens.renewCustomerToken.executeWithOptions({ summary: 'Token B2B2C, renewed' }, [
      {
        customerId: this.#customerId,
        ...binding,
        ...(held?.refreshToken && { refreshToken: held.refreshToken }),
      },
    ]);
  }

  #close(accountId: string): void | Promise<void> {
    // What Temporal tells again after a reset has happened, and the run before knows; what is new waits.
    if (this.#isRecalling && this.#recalls === this.#resets.count)
      return this.#known().then(() => this.#closeNow(accountId));
    return this.#closeNow(accountId);
  }

  #closeNow(accountId: string): void {
    const bound = this.#of(accountId);
    if (bound) this.#unbind(bound);
    this.#isClosed = !this.#current;
  }

  #unbind(bound: Bound): void {
    this.#story.tell('DOKU says that the binding ended');
    this.#former = this.#former.filter((each) => each !== bound);
    if (bound !== this.#current) return;
    this.#current = undefined;
    this.#story.enter('unbound');
  }
}

const heldOf = ({ binding, keeper: { held } }: Bound): HeldBinding => ({
  binding,
  ...(held && { held }),
});

const notBound = (customerId: string, accountId?: string) =>
  ApplicationFailure.nonRetryable(
    accountId === undefined
      ? `customer ${customerId} has no bound DOKU account`
      : `customer ${customerId} is not bound to the DOKU account that is meant`,
    customerNotBoundError.type,
  );
