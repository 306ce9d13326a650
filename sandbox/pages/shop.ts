/**
 * The example shop of the sandbox's merchant: where DOKU's pages send the browser back to when one tries things out.
 *
 * @module
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Doku } from '../doku/index.js';
import { type Html, html, joined } from './mechanisms/html.js';
import { page } from './mechanisms/layout.js';
import { languageIn, show } from './mechanisms/visit.js';
import { type Words, wordsIn } from './mechanisms/words.js';

/** What the language link adds. */
const LANGUAGE = 'lang';

export function shopPages(scope: FastifyInstance, doku: Doku): void {
  scope.get('/return', async (request, reply) => {
    const language = languageIn(request);
    const words = wordsIn(language);
    const brought = broughtBy(request);
    const content = html`<p role="status">${saidBy(brought, words)}</p>
<p>${words.shopAsks}</p>${listOf(brought, words)}`;
    const frame = { brand: `${doku.merchant.name} · ${words.shopExample}`, query: brought };
    return show(reply, page(language, words.shopReturned, content, frame));
  });
}

/** What DOKU's page, or the merchant's own address, put behind the question mark. */
function broughtBy(request: FastifyRequest): URLSearchParams {
  const [, query = ''] = request.url.split('?', 2);
  const brought = new URLSearchParams(query);
  brought.delete(LANGUAGE);
  return brought;
}

/** In the words of DOKU's page; whether it is so, only DOKU's status tells. */
function saidBy(brought: URLSearchParams, words: Words): string {
  const order = brought.get('partnerReferenceNo') ?? '';
  if (brought.has('authCode')) return words.shopLinked;
  switch (brought.get('status')) {
    case 'SUCCESS':
      return `${words.shopSaysDone} ${order}`.trim();
    case 'FAILED':
      return `${words.shopSaysFailed} ${order}`.trim();
    default:
      return words.shopWelcome;
  }
}

function listOf(brought: URLSearchParams, words: Words): Html {
  const rows = [...brought].map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  return rows.length === 0 ? html`` : html`<h2>${words.shopBrought}</h2><dl>${joined(rows)}</dl>`;
}
