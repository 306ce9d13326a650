import { randomUUID } from 'node:crypto';
import type { PurchaseStatus } from 'doku-journeys';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whose browser it is: log-ins of a real shop. Gone with the process, as those would not be. */
const customers = new Map<string, string>();

const sessionOf = ({ headers }: FastifyRequest) =>
  /\bshop=([\w-]+)/.exec(headers.cookie ?? '')?.[1];

/** Without a log-in it is the customer whose account the story of `npm start` left bound, if that runs. */
export const customerOf = (request: FastifyRequest) =>
  customers.get(sessionOf(request) ?? '') ?? process.env.DOKU_JOURNEYS_CUSTOMER_ID;

export function logIn(reply: FastifyReply, customerId: string): void {
  const session = randomUUID();
  customers.set(session, customerId);
  // Lax: it comes along when DOKU's page sends the browser back.
  reply.header('set-cookie', `shop=${session}; Path=/; HttpOnly; SameSite=Lax`);
}

/** How an order came out. */
export const SAID: Partial<Record<PurchaseStatus, string>> = {
  paid: 'Paid. Your coffee is on its way.',
  cancelled: 'Cancelled. Your money is back, if you had paid.',
  refunded: 'Your money is back: this order was not delivered.',
  declined: 'Not paid. Nothing was taken.',
  expired: 'Not paid in time. Nothing was taken.',
};

/** What the customer sees. `content` is HTML: whatever is not ours goes through `escaped` first. */
export function show(reply: FastifyReply, title: string, content: string, seconds?: number) {
  const refresh = seconds ? `<meta http-equiv="refresh" content="${seconds}">` : '';
  return reply.type('text/html; charset=utf-8').send(`<!doctype html><html lang="en"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${title} · Kopi Kita</title><style>${STYLE}</style></head>
<body><main><p>☕ Kopi Kita</p><h1>${title}</h1>${content}</main></body></html>`);
}

export const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `body{margin:0;background:#f6f1ea;color:#2b1d12;font:16px/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:1.5rem}h1{font-size:1.4rem}label{display:block;margin:.75rem 0}
input{width:100%;box-sizing:border-box;font:inherit;padding:.6rem;border:1px solid #a08b76;border-radius:.5rem}
button,.button{display:block;width:100%;box-sizing:border-box;margin-top:1rem;padding:.8rem;border:0;border-radius:.5rem;
background:#6f3d1f;color:#fff;font:inherit;font-weight:600;text-align:center;text-decoration:none}`;
