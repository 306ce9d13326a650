import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { walletOf } from '../books/ledger.js';
import type { Purchase } from '../books/purchase.js';
import type { Doku } from '../doku/index.js';
import { declinePurchase, payPurchase, purchaseReturnUrl } from './customer.js';
import { html } from './mechanisms/html.js';
import { alert, ended, page, pinField } from './mechanisms/layout.js';
import { formOf, languageIn, missing, show } from './mechanisms/visit.js';
import { type Words, wordsIn } from './mechanisms/words.js';

const RUPIAH = new Intl.NumberFormat('id-ID', {
  style: 'currency',
  currency: 'IDR',
  maximumFractionDigits: 2,
  minimumFractionDigits: 0,
});
const shown = (sen: bigint) => RUPIAH.format(Number(sen) / 100);

export function payPages(scope: FastifyInstance, doku: Doku): void {
  const purchaseIn = (request: FastifyRequest) =>
    doku.purchases.byPage((request.params as { pageToken: string }).pageToken);

  scope.get('/purchase/:pageToken', async (request, reply) => {
    const purchase = purchaseIn(request);
    if (!purchase) return missing(request, reply);
    doku.purchases.view(purchase);
    return isOpen(purchase) ? form(doku, purchase, request, reply) : over(purchase, request, reply);
  });

  scope.post('/purchase/:pageToken', async (request, reply) => {
    const purchase = purchaseIn(request);
    if (!purchase) return missing(request, reply);
    if (!isOpen(purchase)) return over(purchase, request, reply);
    const fields = formOf(request);
    const words = wordsIn(languageIn(request));
    if (fields.get('action') === 'cancel') {
      declinePurchase(doku, purchase);
      return back(purchase, request, reply);
    }
    const outcome = payPurchase(doku, purchase, fields.get('pin') ?? '');
    if (outcome === 'wrong') return form(doku, purchase, request, reply, words.wrongPin);
    if (outcome === 'insufficient-funds')
      return form(doku, purchase, request, reply, words.insufficient);
    return back(purchase, request, reply);
  });
}

const isOpen = ({ state }: Purchase) => state === 'initiated' || state === 'paying';

function back(purchase: Purchase, request: FastifyRequest, reply: FastifyReply) {
  const url = purchaseReturnUrl(purchase);
  return url === undefined ? over(purchase, request, reply) : reply.redirect(url, 302);
}

function form(
  doku: Doku,
  purchase: Purchase,
  request: FastifyRequest,
  reply: FastifyReply,
  problem?: string,
) {
  const language = languageIn(request);
  const words = wordsIn(language);
  const balance = doku.ledger.balance(walletOf(purchase.account.accountId));
  const note =
    purchase.remarks === undefined
      ? html``
      : html`<div><dt>${words.note}</dt><dd>${purchase.remarks}</dd></div>`;
  const content = html`<dl>
<div><dt>${words.merchant}</dt><dd>${doku.merchant.name}</dd></div>
<div><dt>${words.order}</dt><dd>${purchase.partnerReferenceNo}</dd></div>${note}
<div><dt>${words.amount}</dt><dd>${shown(purchase.sen)}</dd></div>
<div><dt>${words.balance}</dt><dd>${shown(balance)}</dd></div></dl>
${alert(problem)}
<form method="post">${pinField('pin', words.pin)}<button type="submit">${words.pay} ${shown(purchase.sen)}</button>
<button class="quiet" type="submit" name="action" value="cancel" formnovalidate>${words.cancel}</button></form>`;
  return show(reply, page(language, words.payTitle, content), problem ? 422 : 200);
}

function over(purchase: Purchase, request: FastifyRequest, reply: FastifyReply) {
  const language = languageIn(request);
  const words = wordsIn(language);
  const content = ended(words, endOf(purchase, words), purchaseReturnUrl(purchase));
  return show(reply, page(language, words.done, content), purchase.state === 'paid' ? 200 : 410);
}

function endOf({ state, description }: Purchase, words: Words): string {
  if (state === 'paid') return words.paid;
  if (state === 'cancelled') return words.cancelled;
  if (description === 'expired') return words.expired;
  return description === 'PIN blocked' ? words.blocked : words.closed;
}
