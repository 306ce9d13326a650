import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  proxyActivities,
} from '@temporalio/workflow';
import type { TokenActivities } from '../../activities/token.js';
import { customerNotBoundError } from '../../contract/errors.js';
import { tokenRequestSchema, tokenUpdate } from '../../contract/merchant-session.js';
import {
  type Bind,
  bindSchema,
  bindUpdate,
  type CustomerGrant,
  unbindSchema,
  unbindUpdate,
  type WalletInput,
  type WalletView,
  walletInputSchema,
  walletStatusQuery,
} from '../../contract/wallet.js';
import { parsed } from '../mechanisms/bad-input.js';
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { Story } from '../mechanisms/story.js';
import { TokenKeeper } from './keeper.js';

const tokens = proxyActivities<Pick<TokenActivities, 'exchangeAuthCode' | 'renewCustomerToken'>>({
  // A renewal may take three calls: refresh, Account Inquiry, exchange.
  startToCloseTimeout: '35 seconds',
  scheduleToCloseTimeout: '60 seconds',
  retry: { initialInterval: '500 ms', maximumInterval: '5 seconds' },
});

/** Holds one customer's binding and customer token for the whole fleet of workers. */
export async function wallet(input: WalletInput): Promise<void> {
  parsed(walletInputSchema, input, 'input');
  // The binding is at DOKU, not here: cancelling this workflow would only lose sight of it.
  await CancellationScope.nonCancellable(() => new Wallet(input).run());
}

class Wallet {
  readonly #customerId: string;
  readonly #keeper: TokenKeeper<CustomerGrant>;
  readonly #story: Story;
  #binding: WalletInput['binding'];
  #served = 0;
  #isClosed = false;

  constructor(input: WalletInput) {
    this.#customerId = input.customerId;
    this.#binding = input.binding;
    this.#keeper = new TokenKeeper<CustomerGrant>((held) => this.#renewed(held), input.held);
    this.#story = new Story(`Wallet of ${input.customerId}`, this.#status, {
      customerId: input.customerId,
    });
    onQuery(walletStatusQuery, () => ({
      customerId: this.#customerId,
      status: this.#status,
      ...this.#binding,
    }));
    onUpdate(bindUpdate, (bind) => this.#bind(bind), {
      validator: (bind) => void parsed(bindSchema, bind, 'bind'),
    });
    onUpdate(unbindUpdate, ({ accountId }) => this.#close(accountId), {
      validator: (unbind) => void parsed(unbindSchema, unbind, 'unbind'),
    });
    onUpdate(tokenUpdate, ({ refusedGeneration }) => this.#token(refusedGeneration), {
      validator: (request) => {
        parsed(tokenRequestSchema, request, 'token');
        if (!this.#binding) throw notBound(this.#customerId);
      },
    });
  }

  async run(): Promise<void> {
    await untilHandOver(
      () => this.#served,
      () => this.#isClosed,
    );
    // A binding that came while the old one was closed keeps the entity alive.
    if (this.#isClosed && !this.#binding) return;
    const held = this.#keeper.held;
    await continueAsNew<typeof wallet>({
      customerId: this.#customerId,
      ...(this.#binding && { binding: this.#binding }),
      ...(held && { held }),
    });
  }

  get #status(): WalletView['status'] {
    return this.#binding ? 'bound' : 'unbound';
  }

  async #bind({ accountId, linkId, authCode }: Bind): Promise<boolean> {
    this.#served += 1;
    const grant = await tokens.exchangeAuthCode.executeWithOptions(
      { summary: 'Token B2B2C by authCode' },
      [{ accountId, authCode, ...(linkId && { linkId }) }],
    );
    if (grant === 'refused') return false;
    this.#keeper.keep(grant);
    this.#binding = { accountId, ...(linkId && { linkId }) };
    this.#story.tell(`bound to DOKU account ${accountId}`);
    this.#story.enter('bound');
    return true;
  }

  async #token(refusedGeneration: number | undefined) {
    this.#served += 1;
    try {
      return await this.#keeper.token(refusedGeneration);
    } catch (error) {
      if (error instanceof ApplicationFailure && error.type === customerNotBoundError.type)
        this.#unbind();
      throw error;
    }
  }

  #renewed(held: CustomerGrant | undefined): Promise<CustomerGrant> {
    if (!this.#binding) throw notBound(this.#customerId);
    return tokens.renewCustomerToken.executeWithOptions({ summary: 'Token B2B2C, renewed' }, [
      {
        accountId: this.#binding.accountId,
        ...(held?.refreshToken && { refreshToken: held.refreshToken }),
      },
    ]);
  }

  #close(accountId: string): void {
    if (this.#binding && this.#binding.accountId !== accountId) return;
    this.#unbind();
    this.#isClosed = true;
  }

  #unbind(): void {
    this.#binding = undefined;
    this.#keeper.forget();
    this.#story.tell('DOKU says that the binding ended');
    this.#story.enter('unbound');
  }
}

const notBound = (customerId: string) =>
  ApplicationFailure.nonRetryable(
    `customer ${customerId} has no bound DOKU account`,
    customerNotBoundError.type,
  );
