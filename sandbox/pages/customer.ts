/**
 * What a customer does on DOKU's pages, the same for a person in a browser and for the control API.
 *
 * @module
 */
import type { Binding, OtpChallenge } from '../books/accounts.js';
import type { Payment, Purchase } from '../books/purchase.js';
import type { Doku } from '../doku/index.js';

/** How a page answers a PIN. */
export type PinVerdict = 'wrong' | 'blocked';

/** Sets the PIN of a verified registration, which opens the account. @returns where the browser goes. */
export function createPin(doku: Doku, challenge: OtpChallenge, pin: string): string {
  const { registration } = challenge;
  if (!registration) throw new TypeError('not a registration');
  const accountId =
    challenge.accountId ??
    doku.accounts.open({
      name: registration.name,
      phoneNo: challenge.phoneNo,
      email: challenge.email,
      pin,
    }).accountId;
  challenge.accountId = accountId;
  return returnUrl(registration.redirectUrl, [
    // DOKU's own apps read accountId as the first parameter.
    ['accountId', accountId],
    ['partnerReferenceNo', challenge.partnerReferenceNo],
    ['status', 'SUCCESS'],
  ]);
}

/** Agrees to a binding. @returns where the browser goes, with the authCode, or why not. */
export function confirmBinding(doku: Doku, binding: Binding, pin: string): string | PinVerdict {
  const account = doku.accounts.get(binding.accountId);
  const verdict = account ? doku.accounts.checkPin(account, pin) : 'blocked';
  if (verdict !== 'right') return verdict;
  if (binding.state === 'pending') doku.accounts.turn(binding, 'linked');
  return returnUrl(binding.redirectUrl, [
    ['authCode', doku.tokens.issueAuthCode(binding.accountId)],
  ]);
}

export function declineBinding(doku: Doku, binding: Binding): string {
  if (binding.state === 'pending') doku.accounts.turn(binding, 'unlinked');
  return returnUrl(binding.redirectUrl, [['status', 'FAILED']]);
}

/** Pays. @returns what came of it; a PIN blocked by it fails the purchase. */
export function payPurchase(doku: Doku, purchase: Purchase, pin: string): Payment | PinVerdict {
  const verdict = doku.accounts.checkPin(purchase.account, pin);
  if (verdict === 'wrong') return verdict;
  if (verdict === 'blocked') {
    doku.purchases.fail(purchase, 'PIN blocked');
    return verdict;
  }
  return doku.purchases.pay(purchase);
}

export function declinePurchase(doku: Doku, purchase: Purchase): void {
  doku.purchases.fail(purchase, 'declined by customer');
}

/** Where the browser goes after the payment page, if the merchant said. */
export function purchaseReturnUrl(purchase: Purchase): string | undefined {
  if (purchase.returnUrl === undefined) return undefined;
  return returnUrl(purchase.returnUrl, [
    ['partnerReferenceNo', purchase.partnerReferenceNo],
    ['referenceNo', purchase.referenceNo],
    ['status', purchase.state === 'paid' ? 'SUCCESS' : 'FAILED'],
  ]);
}

/** Appends in the documented order, and keeps a query that the merchant's URL has already. */
function returnUrl(base: string, parameters: readonly (readonly [string, string])[]): string {
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const [url = base, fragment] = base.split('#', 2);
  const joined = `${url}${url.includes('?') ? '&' : '?'}${query}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}
