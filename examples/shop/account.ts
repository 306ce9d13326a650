import { randomUUID } from 'node:crypto';
import type { DokuJourneys, NextStep } from 'doku-journeys';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { customerOf, logIn, show } from './page.js';

/** Opening a DOKU account: what to show next always comes from the journey. */
export function accountPages(server: FastifyInstance, journeys: DokuJourneys, shopUrl: string) {
  const { openAccount } = journeys;
  // A customer opens one here; whoever gave up and comes again needs another reference.
  const keyOf = (request: FastifyRequest) => ({
    customerId: customerOf(request) ?? '',
    reference: 'first',
  });

  server.get('/account', async (_request, reply) =>
    show(
      reply,
      'Open a DOKU account',
      `<form method="post"><label>Name<input name="name" required></label>
<label>Mobile number<input name="phoneNo" type="tel" required></label>
<label>E-mail<input name="email" type="email" required></label><button>Continue</button></form>`,
    ),
  );

  server.post('/account', async (request, reply) => {
    const customerId = `customer-${randomUUID()}`; // never a phone number: IDs are not encrypted
    const { name = '', phoneNo = '', email = '' } = request.body as Record<string, string>;
    const step = await openAccount.start({
      customerId,
      reference: 'first',
      customer: { name, phoneNo, email },
      redirectUrl: `${shopUrl}/account/returned`,
    });
    logIn(reply, customerId);
    return next(reply, step);
  });

  server.post('/account/otp', async (request, reply) => {
    const { otp = '' } = request.body as Record<string, string>;
    const answer = await openAccount.submitOtp(keyOf(request), otp);
    return answer.verified
      ? next(reply, answer.next)
      : askOtp(reply, `The code is ${answer.reason}; ${answer.triesLeft} tries left.`);
  });

  /** After the page where a PIN is set, and again after the one where the customer agrees. */
  server.get('/account/returned', async (request, reply) =>
    next(reply, await openAccount.returned(keyOf(request), request.url.split('?')[1] ?? '')),
  );
}

function next(reply: FastifyReply, step: NextStep) {
  switch (step.show) {
    case 'enter-otp':
      return askOtp(reply, 'DOKU sent you a code.');
    case 'open-url':
      return reply.redirect(step.url, 303);
    case 'done':
      return step.result.outcome === 'bound'
        ? show(
            reply,
            'Your DOKU account',
            '<p>Ready.</p><a class="button" href="/">To the shop</a>',
          )
        : show(reply, 'No account', '<a class="button" href="/account">Try again</a>');
    case 'wait':
      return show(reply, 'One moment', '<p>We are asking DOKU…</p>', 1);
  }
}

const askOtp = (reply: FastifyReply, words: string) =>
  show(
    reply,
    'Enter the code',
    `<p>${words}</p><form method="post" action="/account/otp">
<label>Code<input name="otp" inputmode="numeric" autocomplete="one-time-code" required></label>
<button>Continue</button></form>`,
  );
