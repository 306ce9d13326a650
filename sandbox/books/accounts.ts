import crypto from 'node:crypto';
import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';
import { Versions } from './versions.js';

const OTP_MS = 300_000;
const TRIES = 3;

export interface Account {
  readonly accountId: string;
  readonly name: string;
  /** `62…` */
  readonly phoneNo: string;
  readonly email: string;
  readonly isVerified: boolean;
  pin: string;
  pinTriesLeft: number;
  status: 'active' | 'blocked';
}

/** An OTP on its way, for a registration or an unbinding. */
export interface OtpChallenge {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly phoneNo: string;
  readonly email: string;
  readonly otp: string;
  readonly expiresAt: number;
  triesLeft: number;
  isVerified: boolean;
  /** Set on registrations only. */
  readonly registration:
    | { readonly name: string; readonly redirectUrl: string; readonly pinToken: string }
    | undefined;
  /** Set on unbindings only. */
  readonly linkId: string | undefined;
  accountId: string | undefined;
}

export interface Binding {
  readonly partnerReferenceNo: string;
  readonly referenceNo: string;
  readonly linkId: string;
  readonly accountId: string;
  readonly redirectUrl: string;
  readonly pageToken: string;
  /** Changed through {@link Accounts.turn}. */
  state: 'pending' | 'linked' | 'unlinked';
}

/** Customers, their OTPs and their bindings to the merchant. */
export class Accounts {
  readonly #clock: Clock;
  readonly #versions: Versions<Binding>;
  #accounts = new Map<string, Account>();
  #challenges = new Map<string, OtpChallenge>();
  #bindings = new Map<string, Binding>();
  #nextAccountId = 1_140_340_010;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#versions = new Versions(clock);
  }

  open(person: { name: string; phoneNo: string; email: string; pin: string }): Account {
    const phoneNo = normalPhone(person.phoneNo);
    if (this.byPhone(phoneNo))
      throw new Refusal(403, '15', 'Transaction Not Permitted. Customer already registered');
    const accountId = String(this.#nextAccountId++);
    const account: Account = {
      accountId,
      name: person.name,
      phoneNo,
      email: person.email,
      pin: person.pin,
      isVerified: true,
      pinTriesLeft: TRIES,
      status: 'active',
    };
    this.#accounts.set(accountId, account);
    return account;
  }

  get(accountId: string): Account | undefined {
    return this.#accounts.get(accountId);
  }

  byPhone(phoneNo: string): Account | undefined {
    const normal = normalPhone(phoneNo);
    return [...this.#accounts.values()].find((account) => account.phoneNo === normal);
  }

  /** `customerNumber` is a DOKU ID or a phone number (doku-api Q5). */
  byCustomerNumber(customerNumber: string): Account | undefined {
    return this.get(customerNumber) ?? this.byPhone(customerNumber);
  }

  challenge(
    challenge: Pick<
      OtpChallenge,
      'partnerReferenceNo' | 'phoneNo' | 'email' | 'registration' | 'linkId'
    >,
  ): OtpChallenge {
    const made: OtpChallenge = {
      ...challenge,
      phoneNo: normalPhone(challenge.phoneNo),
      referenceNo: crypto.randomUUID(),
      otp: crypto.randomInt(1_000_000).toString().padStart(6, '0'),
      expiresAt: this.#clock.now() + OTP_MS,
      triesLeft: TRIES,
      isVerified: false,
      accountId: undefined,
    };
    this.#challenges.set(made.partnerReferenceNo, made);
    return made;
  }

  challengeOf(partnerReferenceNo: string): OtpChallenge | undefined {
    return this.#challenges.get(partnerReferenceNo);
  }

  /** Whichever OTP of the registration the customer typed: its page is open since. */
  verifiedByPin(pinToken: string): OtpChallenge | undefined {
    return [...this.#challenges.values()].find(
      ({ registration, isVerified }) => isVerified && registration?.pinToken === pinToken,
    );
  }

  /** What no log may hold: every customer's phone number and e-mail address, and every OTP that was sent. */
  get personal(): { phoneNos: string[]; emails: string[]; otps: string[] } {
    const people = [...this.#accounts.values(), ...this.#challenges.values()];
    return {
      phoneNos: [...new Set(people.map(({ phoneNo }) => phoneNo))],
      emails: [...new Set(people.map(({ email }) => email))],
      otps: [...this.#challenges.values()].map(({ otp }) => otp),
    };
  }

  /** The latest OTP sent to a phone. */
  latestOtp(phoneNo: string): string | undefined {
    const normal = normalPhone(phoneNo);
    return [...this.#challenges.values()].filter((each) => each.phoneNo === normal).at(-1)?.otp;
  }

  /** @throws Refusal for a wrong, blocked or expired OTP. */
  verify(challenge: OtpChallenge, otp: string): void {
    if (challenge.triesLeft === 0) throw new Refusal(403, '11', 'OTP Blocked');
    if (challenge.isVerified) throw new Refusal(404, '00', 'Invalid Transaction Status');
    if (challenge.expiresAt < this.#clock.now())
      throw new Refusal(403, '12', 'OTP Lifetime Expired');
    if (challenge.otp !== otp) {
      challenge.triesLeft -= 1;
      throw challenge.triesLeft === 0
        ? new Refusal(403, '11', 'OTP Blocked')
        : new Refusal(404, '15', 'Invalid OTP');
    }
    challenge.isVerified = true;
  }

  bind(request: { partnerReferenceNo: string; accountId: string; redirectUrl: string }): Binding {
    const binding: Binding = {
      ...request,
      referenceNo: crypto.randomUUID(),
      linkId: crypto.randomBytes(12).toString('hex'),
      pageToken: crypto.randomBytes(18).toString('base64url'),
      state: 'pending',
    };
    this.#bindings.set(binding.partnerReferenceNo, binding);
    return binding;
  }

  turn(binding: Binding, state: 'linked' | 'unlinked'): void {
    binding.state = state;
    this.#versions.keep(binding.linkId, binding);
  }

  bindingOf(partnerReferenceNo: string): Binding | undefined {
    return this.#bindings.get(partnerReferenceNo);
  }

  bindingByPage(pageToken: string): Binding | undefined {
    return [...this.#bindings.values()].find((binding) => binding.pageToken === pageToken);
  }

  bindingByLink(linkId: string): Binding | undefined {
    return [...this.#bindings.values()].find((binding) => binding.linkId === linkId);
  }

  /** The latest, now or as it was so long ago. */
  linkedBinding(accountId: string, lagMs = 0): Binding | undefined {
    return [...this.#bindings.values()]
      .filter((binding) => binding.accountId === accountId)
      .flatMap((binding) => (lagMs > 0 ? this.#versions.ago(binding.linkId, lagMs) : binding) ?? [])
      .findLast(({ state }) => state === 'linked');
  }

  /** The account behind a PIN that a person typed. Three wrong ones block it. */
  checkPin(account: Account, pin: string): 'right' | 'wrong' | 'blocked' {
    if (account.status === 'blocked') return 'blocked';
    if (account.pin === pin) {
      account.pinTriesLeft = TRIES;
      return 'right';
    }
    account.pinTriesLeft -= 1;
    if (account.pinTriesLeft > 0) return 'wrong';
    account.status = 'blocked';
    return 'blocked';
  }

  /** To be kept over a restart. */
  contents() {
    return {
      accounts: this.#accounts,
      challenges: this.#challenges,
      bindings: this.#bindings,
      versions: this.#versions.contents(),
      nextAccountId: this.#nextAccountId,
    };
  }

  restore(contents: ReturnType<Accounts['contents']>): void {
    this.#accounts = contents.accounts;
    this.#challenges = contents.challenges;
    this.#bindings = contents.bindings;
    this.#versions.restore(contents.versions);
    this.#nextAccountId = contents.nextAccountId;
  }

  reset(): void {
    this.#accounts.clear();
    this.#challenges.clear();
    this.#bindings.clear();
    this.#versions.reset();
  }
}

/** DOKU's callers write 62…, 0… or neither. */
export const normalPhone = (phoneNo: string) =>
  `62${phoneNo.replace(/[\s().+-]/g, '').replace(/^(?:62|0)/, '')}`;
