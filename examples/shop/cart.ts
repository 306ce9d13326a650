import { randomUUID } from 'node:crypto';
import type { Money } from 'doku-journeys/contract';

const PRICE = 25_000;
const MOST = 9;

/** Whose they are, by their orders' numbers: a table of a real shop's. Gone with the process, as that would not be. */
const carts = new Map<string, string>();

/** As the shop makes them. Whoever knows one is its customer: nobody guesses it. */
export const ORDER = ':order(^INV-[0-9a-f-]{36}$)';

/** Whether a cart of this shop had it: other backends of the merchant have other numbers. */
export const isOurs = (order: string) => /^INV-[0-9a-f-]{36}$/.test(order);

/** @returns the number that its order will have. */
export function newCart(customerId: string): string {
  const order = `INV-${randomUUID()}`;
  carts.set(order, customerId);
  return order;
}

/** What is bought, of what a browser sent: it says how many, and for which cart. All else is the shop's to say. */
export function boughtIn(body: unknown, customerId: string) {
  const { order = '', quantity = '' } = body as Record<string, string>;
  if (carts.get(order) !== customerId)
    throw new Error('This cart is not known any more. Go back to the shop for another.');
  // Of a cart that was paid for, another quantity is refused by its journey.
  if (!/^\d$/.test(quantity) || Number(quantity) < 1 || Number(quantity) > MOST)
    throw new Error(`Choose a quantity from 1 to ${MOST}.`);
  const amount: Money = { value: `${PRICE * Number(quantity)}.00`, currency: 'IDR' };
  return { order, amount };
}

/** @param order - of a new cart. */
export const cartForm = (order: string) =>
  `<form method="post" action="/orders"><input type="hidden" name="order" value="${order}">
<label>Kopi Gayo, 200 g, IDR ${PRICE.toLocaleString('en')}<input name="quantity" type="number" value="1" min="1" max="${MOST}"></label>
<button>Pay with DOKU</button></form>`;
