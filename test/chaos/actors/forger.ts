/**
 * Who reaches the receiver of events and has no secret of it: makes up events, changes true ones, and sends them again later.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Delivery, TestReceiver } from '../../setting/event-receiver.js';
import type { Forged } from '../judge/events.js';

/** By which a test tells his requests from those of workers; a receiver does not look at it. */
const WHO = 'forger';
const EVERY_MS = 500;
/** A receiver refuses what was signed longer ago, or ahead. */
const TOO_OLD_MS = 301_000;

export const isForged = (headers: IncomingHttpHeaders): boolean => headers['user-agent'] === WHO;

interface Request {
  readonly id: string;
  readonly timestamp: string;
  readonly signature?: string | undefined;
  readonly body: string;
}

/** What he makes of an event that was sent. @param signed - as a worker signed it once, at a time. */
type Forging = (sent: Request, signed: (id: string, at: Date, body: string) => string) => Request;

const inSeconds = (at: Date) => String(Math.floor(at.getTime() / 1_000));
/** A blank more: the same to whoever parses before verifying. */
const changed = (body: string) => `${body.slice(0, -1)} }`;
const another = () => `evt_${randomBytes(16).toString('hex')}`;

/** None of these may be taken. */
const FORGINGS: Readonly<Record<string, Forging>> = {
  unsigned: ({ signature: _, ...sent }) => ({ ...sent, id: another() }),
  'signed with a secret of his own': ({ body }) => {
    const [id, at] = [another(), new Date()];
    const own = new Webhook(`whsec_${randomBytes(32).toString('base64')}`);
    return { id, timestamp: inSeconds(at), signature: own.sign(id, at, body), body };
  },
  'signed with an empty secret': ({ body }) => {
    const [id, at] = [another(), new Date()];
    const timestamp = inSeconds(at);
    const own = createHmac('sha256', '').update(`${id}.${timestamp}.${body}`).digest('base64');
    return { id, timestamp, signature: `v1,${own}`, body };
  },
  'another body under the signature of a true one': (sent) => ({
    ...sent,
    body: changed(sent.body),
  }),
  'a true one under another ID': (sent) => ({ ...sent, id: another() }),
  'a true one at another time': (sent) => ({
    ...sent,
    timestamp: String(Number(sent.timestamp) + 1),
  }),
  'a true one of five minutes ago': ({ id, body }, signed) => {
    const at = new Date(Date.now() - TOO_OLD_MS);
    return { id, timestamp: inSeconds(at), signature: signed(id, at, body), body };
  },
};

/** Each way of forging, over and over, until he is stopped. */
export class Forger {
  readonly #receiver: TestReceiver;
  readonly #taken: string[] = [];
  readonly #done: Promise<void>;
  #sent = 0;
  #isOver = false;

  constructor(receiver: TestReceiver) {
    this.#receiver = receiver;
    this.#done = this.#forge();
  }

  /** Ends it, once each way was tried. */
  async stopped(): Promise<Forged> {
    this.#isOver = true;
    await this.#done;
    return { sent: this.#sent, taken: this.#taken };
  }

  async #forge(): Promise<void> {
    while (!this.#isOver) {
      await setTimeout(EVERY_MS);
      await this.#eachWay();
    }
    await this.#eachWay();
  }

  async #eachWay(): Promise<void> {
    // What was never taken he would only bring himself.
    const last = this.#receiver.deliveries.findLast(
      ({ status, headers }) => status < 300 && !isForged(headers),
    );
    if (!last) return;
    const sent = requestOf(last);
    const { secret } = this.#receiver;
    const signed = (id: string, at: Date, body: string) => new Webhook(secret).sign(id, at, body);
    for (const [how, forging] of Object.entries(FORGINGS))
      if (await this.#isTaken(forging(sent, signed))) this.#taken.push(how);
    // As it was: whoever has it already takes it, and leaves it.
    await this.#isTaken(sent);
  }

  async #isTaken({ id, timestamp, signature, body }: Request): Promise<boolean> {
    this.#sent += 1;
    const { ok } = await fetch(this.#receiver.url, {
      method: 'POST',
      body,
      headers: {
        'user-agent': WHO,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(signature !== undefined && { 'webhook-signature': signature }),
      },
    });
    return ok;
  }
}

const requestOf = ({ headers, body }: Delivery): Request => ({
  id: String(headers['webhook-id']),
  timestamp: String(headers['webhook-timestamp']),
  signature: String(headers['webhook-signature']),
  body,
});
