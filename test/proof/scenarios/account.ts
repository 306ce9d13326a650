import { randomUUID } from 'node:crypto';
import type { NextStep, OpenAccountInput } from '../../../client/index.js';
import type { OperationName } from '../../../sandbox/doku/faults.js';
import { requestNumber } from '../../../workflows/mechanisms/request-number.js';
import type { Shop } from '../../setting/shop.js';
import type { Claim } from '../claims.js';
import type { Plant, Scenario } from '../scenario.js';
import { until } from '../until.js';

const randomPhone = () => `0813${Math.floor(100_000_000 + Math.random() * 899_999_999)}`;

export const openAccount = (call: OperationName): Scenario => ({
  journey: 'openAccount',
  call,
  expected: ['bound'],
  prepare: async (shop) => {
    const phoneNo = randomPhone();
    const input: OpenAccountInput = {
      customerId: `customer-${randomUUID()}`,
      reference: `open-${randomUUID().slice(0, 13)}`,
      redirectUrl: 'https://merchant.example/account',
      customer: { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' },
    };
    return { run: (plant) => new Opening(shop, call, input, phoneNo, plant).run() };
  },
});

/** A customer who opens an account, patient with whatever the network does. */
class Opening {
  readonly #shop: Shop;
  readonly #call: OperationName;
  readonly #input: OpenAccountInput;
  readonly #phoneNo: string;
  readonly #plant: Plant;
  #planted = false;
  /** As the PIN page tells it. */
  #accountId = '';

  constructor(
    shop: Shop,
    call: OperationName,
    input: OpenAccountInput,
    phoneNo: string,
    plant: Plant,
  ) {
    this.#shop = shop;
    this.#call = call;
    this.#input = input;
    this.#phoneNo = phoneNo;
    this.#plant = plant;
  }

  async run(): Promise<Claim[]> {
    const { openAccount: openings } = this.#shop.journeys;
    await this.#plantAt('accountCreation', this.#numberOf(1));
    let step: NextStep = await openings.start(this.#input);
    for (;;) {
      step = await until(
        async () => (await openings.status(this.#input)).next,
        ({ show }) => show !== 'wait',
      );
      if (step.show === 'done') break;
      if (step.show === 'enter-otp') await this.#enterOtp();
      if (step.show === 'open-url') await this.#onPage(step);
    }
    const result = await openings.result(this.#input);
    return [{ journey: 'openAccount', accountId: result.accountId ?? '', result }];
  }

  async #enterOtp(): Promise<void> {
    const { openAccount: openings } = this.#shop.journeys;
    // The customer asks for another OTP, and types that one.
    if (this.#call === 'requestOtp' && !this.#planted) {
      await this.#plantAt('requestOtp', this.#numberOf(2));
      await openings.resendOtp(this.#input);
    }
    await this.#plantAt('verifyOtp', this.#numberOf(1));
    const otp = await this.#shop.doku.otp(this.#phoneNo);
    const answer = await openings.submitOtp(this.#input, otp);
    if (!answer.verified) await openings.resendOtp(this.#input);
  }

  async #onPage(step: Extract<NextStep, { show: 'open-url' }>): Promise<void> {
    const { openAccount: openings } = this.#shop.journeys;
    const isPin = step.page === 'create-pin';
    // Account Binding follows the PIN page at once, under the opening's next number.
    if (isPin) await this.#plantAtBinding();
    else await this.#plantAt('tokenB2B2C', this.#accountId);
    const answer = await fetch(step.url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(isPin ? { pin: '123456', repeat: '123456' } : { pin: '123456' }),
    });
    const location = answer.headers.get('location');
    // Sent twice: the first one counted, and the journey's own status goes on from there.
    if (location === null) return;
    const rawQuery = new URL(location).search;
    if (isPin) {
      this.#accountId = new URLSearchParams(rawQuery).get('accountId') ?? '';
      await this.#plantAt('accountInquiry', this.#accountId);
    }
    const returned = openings.returned(this.#input, rawQuery);
    if (!isPin && this.#call === 'tokenB2B2C') await this.#acceptedIfParked(returned);
    await returned;
  }

  /** Where the exchange of the code got no clear answer, an operator who knows the customer says whose it is. */
  async #acceptedIfParked(returned: Promise<unknown>): Promise<void> {
    const { openAccount: openings } = this.#shop.journeys;
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    returned.then(end, end);
    await until(
      () => openings.status(this.#input),
      ({ status }) => isOver || status === 'needs-attention',
    );
    if (isOver) return;
    await openings.resolve(this.#input, {
      decision: 'accept-binding',
      operator: 'proof',
      note: 'the customer agreed',
    });
  }

  async #plantAtBinding(): Promise<void> {
    for (let number = 2; number <= 7; number++) {
      if (this.#call !== 'accountBinding' || this.#planted) return;
      const reference = this.#numberOf(number);
      const used = await this.#shop.doku.requests(undefined, reference);
      if (used.length === 0) await this.#plantAt('accountBinding', reference);
    }
  }

  #numberOf(request: number): string {
    return requestNumber({ journey: 'open', ...this.#input }, request);
  }

  async #plantAt(call: OperationName, reference: string): Promise<void> {
    if (this.#planted || this.#call !== call) return;
    this.#planted = true;
    await this.#plant(reference);
  }
}

export const closeAccount = (call: OperationName): Scenario => ({
  journey: 'closeAccount',
  call,
  expected: ['unbound'],
  prepare: async (shop) => {
    const { customerId, accountId, phoneNo } = await shop.boundCustomer();
    const key = { customerId, reference: `close-${randomUUID().slice(0, 13)}` };
    return {
      run: async (plant) => {
        const { closeAccount: closings } = shop.journeys;
        const number = call === 'requestOtp' ? 2 : 1;
        const reference = requestNumber({ journey: 'close', ...key }, number);
        await plant(call === 'accountInquiry' ? accountId : reference);
        await closings.start(key);
        if (call === 'requestOtp') await closings.resendOtp(key);
        for (;;) {
          const { next } = await until(
            () => closings.status(key),
            (view) => view.next.show !== 'wait',
          );
          if (next.show === 'done') break;
          const answer = await closings.submitOtp(key, await shop.doku.otp(phoneNo));
          if (!answer.verified) await closings.resendOtp(key);
        }
        const result = await closings.result(key);
        return [{ journey: 'closeAccount', accountId, result }];
      },
    };
  },
});

export const accountScenarios: readonly Scenario[] = [
  openAccount('accountCreation'),
  openAccount('verifyOtp'),
  openAccount('accountBinding'),
  openAccount('accountInquiry'),
  openAccount('tokenB2B2C'),
  closeAccount('accountUnbinding'),
  closeAccount('verifyOtp'),
  closeAccount('accountInquiry'),
];
