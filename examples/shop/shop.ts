/**
 * A web shop that takes DOKU Wallet: cart, DOKU's page, the page that the customer comes back to, and a receiver of events.
 *
 *     set -a; . .local/dev.env; set +a
 *     npx tsx examples/shop/shop.ts
 */
import { Client, Connection } from '@temporalio/client';
import { DokuJourneys, DokuJourneysError, JourneyEndedError, NotNowError } from 'doku-journeys';
import { durationSchema, eventSchema, type JourneyEvent } from 'doku-journeys/contract';
import { createDataConverter, payloadKeysFrom } from 'doku-journeys/encryption';
import fastify from 'fastify';
import { Webhook } from 'standardwebhooks';
import { accountPages } from './account.js';
import { boughtIn, cartForm, isOurs, newCart, ORDER } from './cart.js';
import { customerOf, escaped, SAID, show } from './page.js';

/** An empty one is as good as none. */
const setting = (name: string, otherwise = '') => process.env[name] || otherwise;
const SHOP_PORT = setting('SHOP_PORT', '3000');
const SHOP_URL = setting('SHOP_URL', `http://127.0.0.1:${SHOP_PORT}`);
const EVENTS_SECRET = setting('EVENTS_SECRET');
const SHOP_ACKNOWLEDGE_WITHIN = setting('SHOP_ACKNOWLEDGE_WITHIN', '10 minutes');

process.once('uncaughtException', (error) => {
  // Of settings, keys, Temporal or workers: what is wrong, and what to do.
  process.stderr.write(`${error instanceof DokuJourneysError ? error.message : error.stack}\n`);
  process.exit(1);
});
const within = durationSchema.safeParse(SHOP_ACKNOWLEDGE_WITHIN);
if (!within.success) {
  process.stderr.write(`SHOP_ACKNOWLEDGE_WITHIN: ${within.error.issues[0]?.message}\n`);
  process.exit(1);
}
const client = new Client({
  connection: Connection.lazy({ address: setting('TEMPORAL_ADDRESS', '127.0.0.1:7233') }),
  namespace: setting('TEMPORAL_NAMESPACE', 'default'),
  dataConverter: createDataConverter(payloadKeysFrom(process.env)),
});
const taskQueue = setting('DOKU_TASK_QUEUE', 'doku-journeys');
const journeys = new DokuJourneys({ client, taskQueue });
await journeys.check(); // says at the start what would fail at the first order
if (EVENTS_SECRET === '')
  process.stderr.write(
    'EVENTS_SECRET is missing: no event can be verified, and each is refused (docs/integrate.md, 5)\n',
  );

const server = fastify();
const takes = (type: string, read: (body: string) => unknown) =>
  server.addContentTypeParser(type, { parseAs: 'string' }, async (_: unknown, body: unknown) =>
    read(String(body)),
  );
takes('application/x-www-form-urlencoded', (body) => Object.fromEntries(new URLSearchParams(body)));
takes('application/json', (body) => body); // as it came: the signature is over its bytes

/** The cart. Its order number is made here: paying twice, by a second click say, is paying once. */
server.get('/', async (request, reply) => {
  const customerId = customerOf(request);
  return customerId
    ? show(reply, 'Your cart', cartForm(newCart(customerId)))
    : show(reply, 'Welcome', '<a class="button" href="/account">Open a DOKU account</a>');
});

server.post('/orders', async (request, reply) => {
  const customerId = customerOf(request) ?? '';
  const { order, amount } = boughtIn(request.body, customerId);
  const { webRedirectUrl } = await journeys.purchase.redirect({
    partnerReferenceNo: order,
    customerId,
    amount, // of the shop's own price
    returnUrl: `${SHOP_URL}/orders/${order}/returned`,
    acknowledgeWithin: SHOP_ACKNOWLEDGE_WITHIN, // or the payment goes back
  });
  return reply.redirect(webRedirectUrl, 303);
});

/** DOKU's page sends the browser here. What stands in the address is a hint: the journey asks DOKU itself. */
server.get(`/orders/${ORDER}/returned`, async (request, reply) => {
  const { order } = request.params as { order: string };
  await journeys.purchase.customerReturned(order, request.url.split('?')[1]);
  return reply.redirect(`/orders/${order}`, 303);
});

server.get(`/orders/${ORDER}`, async (request, reply) => {
  const { order } = request.params as { order: string };
  const { status, redirect } = await journeys.purchase.status(order);
  if (status === 'awaiting-acknowledgement') await takeNote(order);
  const words = SAID[status];
  if (words) return show(reply, 'Your order', `<p role="status">${words}</p>`);
  // Back from DOKU's page without having paid, or not yet by DOKU's books: until `payWithin` that page takes the payment.
  const content =
    status === 'awaiting-payment'
      ? `<p role="status">Not paid yet. <a href="${escaped(redirect?.webRedirectUrl ?? '')}">Pay on DOKU’s page</a>, or give the order up.</p>
<form method="post" action="/orders/${escaped(order)}/cancel"><button>Give it up</button></form>`
      : '<p role="status">One moment: we are asking DOKU…</p>';
  return show(reply, 'Your order', content, 1);
});

/** Answered once nothing can be taken any more; what was paid meanwhile goes back. */
server.post(`/orders/${ORDER}/cancel`, async (request, reply) => {
  const { order } = request.params as { order: string };
  await journeys.purchase.cancel(order, 'given up by the customer').catch(tooLate);
  return reply.redirect(`/orders/${order}`, 303);
});

/** Signed by the workers (docs/events.md), and sent at least once: whether or not the customer comes back. */
server.post('/events', async (request, reply) => {
  const event = eventIn(String(request.body), request.headers as Record<string, string>);
  if (event === undefined) return reply.code(400).send();
  const { partnerReferenceNo = '' } = event.data;
  const isToBeNoted = event.type === 'purchase.awaiting-acknowledgement';
  if (isToBeNoted && isOurs(partnerReferenceNo)) await takeNote(partnerReferenceNo);
  return reply.code(204).send();
});

function eventIn(body: string, headers: Record<string, string>): JourneyEvent | undefined {
  if (EVENTS_SECRET === '') return undefined; // anybody could sign by it
  try {
    return eventSchema.parse(new Webhook(EVENTS_SECRET).verify(body, headers));
  } catch {
    return undefined;
  }
}

/** You will deliver. Who says so too late must not: the money is on its way back. */
const takeNote = (order: string) => journeys.purchase.acknowledge(order).catch(tooLate);

/** It was decided otherwise before, as the order's page tells. */
function tooLate(error: unknown): void {
  const isDecided = error instanceof NotNowError && error.type !== 'NotNow';
  if (!isDecided && !(error instanceof JourneyEndedError)) throw error;
}

accountPages(server, journeys, SHOP_URL);

server.setErrorHandler((error, _request, reply) => {
  const isWorthAgain = error instanceof DokuJourneysError && error.isWorthAgain;
  reply.code(isWorthAgain ? 503 : 400);
  const words = isWorthAgain
    ? 'Please try again: nothing is paid twice.'
    : (error as Error).message;
  return show(reply, 'That did not work', `<p role="alert">${escaped(words)}</p>`);
});

await server.listen({ port: Number(SHOP_PORT), host: '127.0.0.1' }).catch(({ message }: Error) => {
  process.stderr.write(
    `SHOP_PORT: ${message.replace(/\.$/, '')}: choose a free port, such as SHOP_PORT=3001\n`,
  );
  process.exit(1);
});
process.stdout.write(`The shop: ${SHOP_URL}\n`);
