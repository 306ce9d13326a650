import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Doku } from '../doku/index.js';
import { confirmBinding, declineBinding } from './customer.js';
import { html } from './mechanisms/html.js';
import { alert, page, pinField } from './mechanisms/layout.js';
import { formOf, languageIn, missing, show } from './mechanisms/visit.js';
import { wordsIn } from './mechanisms/words.js';

export function bindingPages(scope: FastifyInstance, doku: Doku): void {
  const bindingIn = (request: FastifyRequest) => {
    const { pageToken } = request.params as { pageToken: string };
    const binding = doku.accounts.bindingByPage(pageToken);
    return binding?.state === 'unlinked' ? undefined : binding;
  };

  const form = (request: FastifyRequest, reply: FastifyReply, problem?: string) => {
    const language = languageIn(request);
    const words = wordsIn(language);
    const content = html`<p><strong>${doku.merchant.name}</strong> ${words.bindText}</p>${alert(problem)}
<form method="post">${pinField('pin', words.pin)}<button type="submit">${words.agree}</button>
<button class="quiet" type="submit" name="action" value="decline" formnovalidate>${words.cancel}</button></form>`;
    return show(reply, page(language, words.bindTitle, content), problem ? 422 : 200);
  };

  scope.get('/binding/:pageToken', async (request, reply) =>
    bindingIn(request) ? form(request, reply) : missing(request, reply),
  );

  scope.post('/binding/:pageToken', async (request, reply) => {
    const binding = bindingIn(request);
    if (!binding) return missing(request, reply);
    const fields = formOf(request);
    if (fields.get('action') === 'decline')
      return reply.redirect(declineBinding(doku, binding), 302);
    const words = wordsIn(languageIn(request));
    const verdict = confirmBinding(doku, binding, fields.get('pin') ?? '');
    if (verdict === 'wrong') return form(request, reply, words.wrongPin);
    if (verdict === 'blocked') return form(request, reply, words.blocked);
    return reply.redirect(verdict, 302);
  });
}
