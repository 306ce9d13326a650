import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventSchema } from '../../contract/event.js';

/** By the Standard Webhooks convention. */
export function signedHeaders(key: Uint8Array | string, body: string): Record<string, string> {
  const id = `evt_${randomBytes(16).toString('hex')}`;
  const at = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Workers tell one receiver; it passes each event on, byte by byte, to the backend whose order it is. */
export async function startEventRelay() {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const backends = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { partnerReferenceNo = '' } = eventSchema.parse(JSON.parse(body)).data;
    const url = backends.get(partnerReferenceNo);
    const headers = Object.entries(request.headers).filter(([name]) =>
      /^(?:webhook|content-type)/.test(name),
    );
    const answer =
      url &&
      (await fetch(url, { method: 'POST', body, headers: headers as [string, string][] }).catch(
        () => undefined,
      ));
    response.writeHead(url ? (answer ? answer.status : 503) : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    /** The worker's settings for it. */
    environment: {
      EVENTS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
      EVENTS_SECRET: secret,
    },
    secret,
    /** Of somebody who knows the convention, and not the secret. */
    forgedHeaders: () => ({
      'webhook-id': `evt_${randomBytes(16).toString('hex')}`,
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': `v1,${randomBytes(32).toString('base64')}`,
    }),
    /** Who is told of an order; of others nobody. */
    tells: (order: string, url: string) => backends.set(order, url),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
