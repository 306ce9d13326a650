import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OtpChallenge } from '../books/accounts.js';
import { Refusal } from '../books/refusal.js';
import type { Doku } from '../doku/index.js';
import { createPin } from './customer.js';
import { html } from './mechanisms/html.js';
import { alert, page, pinField } from './mechanisms/layout.js';
import { formOf, languageIn, missing, show } from './mechanisms/visit.js';
import { wordsIn } from './mechanisms/words.js';

export function pinPages(scope: FastifyInstance, doku: Doku): void {
  const challengeIn = (request: FastifyRequest): OtpChallenge | undefined => {
    const { token } = request.query as { token?: string };
    return token === undefined ? undefined : doku.accounts.verifiedByPin(token);
  };

  scope.get('/pin', async (request, reply) => {
    const challenge = challengeIn(request);
    return challenge ? form(request, reply) : missing(request, reply);
  });

  scope.post('/pin', async (request, reply) => {
    const challenge = challengeIn(request);
    if (!challenge) return missing(request, reply);
    const words = wordsIn(languageIn(request));
    const fields = formOf(request);
    const pin = fields.get('pin') ?? '';
    if (!/^\d{6}$/.test(pin)) return form(request, reply, words.pinFormat);
    if (pin !== fields.get('repeat')) return form(request, reply, words.pinsDiffer);
    try {
      return reply.redirect(createPin(doku, challenge, pin), 302);
    } catch (error) {
      if (error instanceof Refusal) return missing(request, reply);
      throw error;
    }
  });
}

function form(request: FastifyRequest, reply: FastifyReply, problem?: string) {
  const language = languageIn(request);
  const words = wordsIn(language);
  const content = html`<p>${words.createPinText}</p>${alert(problem)}
<form method="post">${pinField('pin', words.newPin)}${pinField('repeat', words.repeatPin)}
<button type="submit">${words.save}</button></form>`;
  return show(reply, page(language, words.createPinTitle, content), problem ? 422 : 200);
}
