import fastify from 'fastify';
import type { Order } from '../contender.js';

/** What a merchant's backend asks of a process that runs purchases by itself. */
export interface Purchases {
  redirect(order: Order): Promise<string>;
  notified(partnerReferenceNo: string): Promise<void>;
  outcome(partnerReferenceNo: string): Promise<string>;
}

/** Paths of the door; each answers when what was asked for is there. */
export const DOOR = { redirect: '/redirect', notified: '/notified', outcome: '/outcome' } as const;

/** A loopback HTTP server in front of purchases. Prints its URL once it listens. */
export async function openDoor(purchases: Purchases): Promise<{ close(): Promise<void> }> {
  const server = fastify({ forceCloseConnections: true });
  server.post(DOOR.redirect, async (request) => ({
    answer: await purchases.redirect(request.body as Order),
  }));
  server.post(DOOR.notified, async (request) => {
    await purchases.notified(referenceIn(request.body));
    return {};
  });
  server.post(DOOR.outcome, async (request) => ({
    answer: await purchases.outcome(referenceIn(request.body)),
  }));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`${JSON.stringify({ url })}\n`);
  return { close: () => server.close() };
}

const referenceIn = (body: unknown) => (body as { partnerReferenceNo: string }).partnerReferenceNo;
