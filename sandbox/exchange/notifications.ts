/**
 * DOKU's notifications to the merchant: a token from the merchant, then the signed news (doku-api §12).
 *
 * @module
 */
import crypto from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Purchase } from '../books/purchase.js';
import type { Doku } from '../doku/index.js';
import type { Mood } from '../temperaments/mood.js';
import { delivered, type News, newsOf } from './notification.js';

/** After the first try, counted from it. */
const RETRIES_MS = [30 * 60_000, 6 * 3_600_000, 12 * 3_600_000];
const LOOK_EVERY_MS = 1_000;
/** News that waits to be overtaken waits no longer. */
const HELD_MS = 60_000;

interface Undelivered {
  readonly news: News;
  readonly firstAt: number;
  tries: number;
}

/** Sends news of purchases where a notification URL is set; retries on the sandbox's clock. */
export class Notifications {
  #doku: Doku | undefined;
  #latest = new Map<string, News>();
  #undelivered: Undelivered[] = [];
  /** Waits for later news of the same purchase, to come after it. */
  #held = new Map<string, News>();
  #underWay = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  attach(doku: Doku): void {
    this.#doku = doku;
    if (doku.settings.notifyUrl === undefined) return;
    this.#timer = setInterval(() => void this.retryDue(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  tell(purchase: Purchase): void {
    const doku = this.#doku;
    if (doku?.settings.notifyUrl === undefined) return;
    const { partnerReferenceNo, account } = purchase;
    const mood = doku.temperaments.moodOf({
      references: [partnerReferenceNo, account.accountId],
      accountIds: [account.accountId],
    });
    const news = { ...newsOf(purchase), ...untruthsIn(mood) };
    this.#latest.set(partnerReferenceNo, news);
    if (mood.use('staysSilent')) return;
    const late = mood.use('notifiesLate');
    if (late) doku.agenda.in(late.delayMs, () => this.#send(partnerReferenceNo, news, mood));
    else this.#send(partnerReferenceNo, news, mood);
  }

  /** Tells of a purchase before its own request is answered, and returns once that was delivered. */
  async tellFirst(purchase: Purchase): Promise<void> {
    if (purchase.state === 'initiated') this.tell(purchase);
    await this.#underWay.get(purchase.partnerReferenceNo);
  }

  /** @returns whether the merchant took it; undefined where there is nothing to send. */
  async resend(partnerReferenceNo: string): Promise<boolean | undefined> {
    const news = this.#latest.get(partnerReferenceNo);
    return news && this.#doku && delivered(this.#doku, news);
  }

  /** Sends what was made up. @returns whether the merchant took it. */
  async invent(news: News): Promise<boolean> {
    return this.#doku !== undefined && delivered(this.#doku, news);
  }

  async retryDue(): Promise<void> {
    const now = this.#doku?.clock.now() ?? 0;
    const due = this.#undelivered.filter(
      ({ firstAt, tries }) => firstAt + (RETRIES_MS[tries - 1] ?? Infinity) <= now,
    );
    this.#undelivered = this.#undelivered.filter((each) => !due.includes(each));
    await Promise.all(due.map((each) => this.#try(each)));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.reset();
  }

  /** Nothing is left to be sent. */
  reset(): void {
    this.#undelivered = [];
    this.#held.clear();
    this.#underWay.clear();
  }

  /** In the order, and as often, as DOKU's mood has it. */
  #send(partnerReferenceNo: string, news: News, mood: Mood): void {
    const overtaken = this.#held.get(partnerReferenceNo);
    this.#held.delete(partnerReferenceNo);
    if (!overtaken && mood.use('notifiesOutOfOrder')) {
      this.#held.set(partnerReferenceNo, news);
      this.#doku?.agenda.in(HELD_MS, () => {
        if (this.#held.get(partnerReferenceNo) !== news) return;
        this.#held.delete(partnerReferenceNo);
        void this.#first(news);
      });
      return;
    }
    const sent = this.#first(news).then(() => overtaken && this.#first(overtaken));
    this.#underWay.set(partnerReferenceNo, sent);
    void sent.then(() => this.#sendMore(news, mood));
  }

  async #sendMore(news: News, mood: Mood): Promise<void> {
    const stranger = mood.use('notifiesOfUnknown');
    if (stranger) await this.invent({ ...news, ...strangerOf(stranger.status) });
    const { copies, everyMs } = mood.use('notifiesAgain') ?? { copies: 0, everyMs: 0 };
    for (let copy = 0; copy < copies; copy += 1) {
      await pause(everyMs, undefined, { ref: false });
      await this.invent(news);
    }
  }

  #first(news: News): Promise<void> {
    return this.#try({ news, firstAt: this.#doku?.clock.now() ?? 0, tries: 0 });
  }

  async #try(undelivered: Undelivered): Promise<void> {
    if (this.#doku && (await delivered(this.#doku, undelivered.news))) return;
    undelivered.tries += 1;
    if (undelivered.tries <= RETRIES_MS.length) this.#undelivered.push(undelivered);
  }
}

function untruthsIn(mood: Mood): News {
  const { status, amount, currency = 'IDR' } = mood.use('notifiesWrongly') ?? {};
  return {
    ...(status !== undefined && { latestTransactionStatus: status }),
    ...(amount !== undefined && { amount: { value: amount, currency } }),
  };
}

const strangerOf = (latestTransactionStatus: string): News => ({
  originalPartnerReferenceNo: `UNKNOWN-${crypto.randomUUID()}`,
  originalReferenceNo: crypto.randomUUID(),
  latestTransactionStatus,
});
