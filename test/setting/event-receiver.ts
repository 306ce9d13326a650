import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { eventSchema, type JourneyEvent } from '../../contract/event.js';

/** One delivery, as it came. */
export interface Delivery {
  readonly event: JourneyEvent;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** What it was answered with. */
  readonly status: number;
}

/** A request that is none of ours, or not as the contract says. */
export interface Refused {
  readonly why: string;
  readonly headers: IncomingHttpHeaders;
}

/** A merchant's backend that is told of events: a real server, which verifies what it is told. */
export interface TestReceiver {
  readonly url: string;
  readonly secret: string;
  /** In the order in which they came. */
  readonly deliveries: readonly Delivery[];
  /** Requests that were none of ours, or not as the contract says. */
  readonly refused: readonly Refused[];
  /** Those of a journey that were taken, each once, in the order in which they first were. */
  takenOf(workflowId: string): JourneyEvent[];
  /** Answers from now on with these; with 0 not at all. */
  answers(status: Answering): void;
  close(): Promise<void>;
}

/** What the nth delivery, from 0, is answered with. */
type Answering = (nth: number, event: JourneyEvent) => number | Promise<number>;

/** @param status - default 204. */
export async function startEventReceiver(status: Answering = () => 204): Promise<TestReceiver> {
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`;
  const webhook = new Webhook(secret);
  const deliveries: Delivery[] = [];
  const refused: Refused[] = [];
  let statusOf = status;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    try {
      const event = eventSchema.parse(
        webhook.verify(body, request.headers as Record<string, string>),
      );
      if (request.headers['webhook-id'] !== event.id) throw new Error('the ID is another');
      const answer = await statusOf(deliveries.length, event);
      deliveries.push({ event, body, headers: request.headers, status: answer });
      if (answer !== 0) response.writeHead(answer).end();
    } catch (error) {
      refused.push({ why: `${(error as Error).message}: ${body}`, headers: request.headers });
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    secret,
    deliveries,
    refused,
    takenOf: (workflowId) => {
      const taken = deliveries
        .filter((delivery) => delivery.status === 204)
        .map(({ event }) => event)
        .filter(({ data }) => data.workflowId === workflowId);
      return [...new Map(taken.map((event) => [event.id, event])).values()];
    },
    answers: (next) => {
      statusOf = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The worker's settings for it. */
export const toldTo = ({ url, secret }: TestReceiver) => ({
  EVENTS_URL: url,
  EVENTS_SECRET: secret,
});
