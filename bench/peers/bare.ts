/**
 * The floor: the signed calls in a loop, in one process, with nothing durable. What it holds is lost with it.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type { Order } from '../contender.js';
import { openDoor, type Purchases } from './door.js';
import { isFinal, outcomeOf, PAY_WITHIN_MS } from './final.js';
import type { PurchaseCalls } from './purchase-calls.js';
import { settingFrom } from './setting.js';

interface UnderWay {
  readonly outcome: Promise<string>;
  readonly wake: () => void;
}

function createBarePurchases(calls: PurchaseCalls, pollMs: number): Purchases {
  const underWay = new Map<string, UnderWay>();

  const polled = async (order: Order, wakings: Wakings): Promise<string> => {
    const payBy = Date.now() + PAY_WITHIN_MS;
    for (;;) {
      await wakings.next(pollMs);
      if (Date.now() >= payBy) await calls.cancelPurchase(order);
      const { status } = await calls.queryPurchase(order);
      if (isFinal(status)) return outcomeOf(status);
    }
  };

  return {
    redirect: async (order) => {
      const { webRedirectUrl } = await calls.requestPurchase(order);
      const wakings = new Wakings();
      underWay.set(order.partnerReferenceNo, {
        outcome: polled(order, wakings),
        wake: () => wakings.wake(),
      });
      return webRedirectUrl;
    },
    notified: async (partnerReferenceNo) => underWay.get(partnerReferenceNo)?.wake(),
    outcome: async (partnerReferenceNo) => {
      const outcome = await underWay.get(partnerReferenceNo)?.outcome;
      underWay.delete(partnerReferenceNo);
      if (outcome === undefined) throw new Error(`${partnerReferenceNo} is not under way`);
      return outcome;
    },
  };
}

/** A pause that a notification ends, also one that came before it began. */
class Wakings {
  #isAwake = false;
  #abort = new AbortController();

  wake(): void {
    this.#isAwake = true;
    this.#abort.abort();
  }

  async next(limitMs: number): Promise<void> {
    if (!this.#isAwake)
      await setTimeout(limitMs, undefined, { signal: this.#abort.signal }).catch(() => {});
    this.#isAwake = false;
    this.#abort = new AbortController();
  }
}

const { configuration, calls } = settingFrom(process.env);
const door = await openDoor(createBarePurchases(calls, configuration.POLL_FIRST_MS));
process.once('SIGTERM', () => void door.close().then(() => process.exit(0)));
