/**
 * Large bodies: how many bytes of them are held at once, so that the process has room for what it makes of them.
 *
 * @module
 */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { Shares } from './shares.js';

/** What is held for one request; it grows as a body comes in whose length nobody has said. */
class Held {
  bytes = 0;
  isReleased = false;
  constructor(readonly who: string) {}
}

/** So many bytes of them, from before a body is read until it is answered. */
export class LargeBodies {
  readonly #shares: Shares;
  readonly #held = new WeakMap<FastifyRequest, Held>();

  constructor(most: number) {
    this.#shares = new Shares(most);
  }

  /**
   * Finds room for a body.
   *
   * @returns the body, which throws the same once it is longer than there is room for.
   * @throws Problem `Busy` before any of it is read, where its length is said.
   */
  take(request: FastifyRequest, reply: FastifyReply, body: Readable): Readable {
    const held = new Held(request.caller?.who ?? request.ip);
    this.#held.set(request, held);
    // Whoever hangs up before a body is whole has no answer made.
    reply.raw.once('close', () => request.raw.complete || this.release(request));
    const { 'content-length': length } = request.headers;
    if (length === undefined) return this.#counted(held, body);
    this.#grow(held, Number(length));
    return body;
  }

  /** For when it is answered, whoever reads that. */
  release(request: FastifyRequest): void {
    const held = this.#held.get(request);
    if (held === undefined) return;
    this.#held.delete(request);
    held.isReleased = true;
    this.#shares.giveBack(held.who, held.bytes);
  }

  #counted(held: Held, body: Readable): Readable {
    const grow = (bytes: number) => this.#grow(held, bytes);
    const chunks = async function* () {
      for await (const chunk of body) {
        grow(chunk.length);
        yield chunk;
      }
    };
    return Readable.from(chunks(), { objectMode: false });
  }

  #grow(held: Held, bytes: number): void {
    // Of a connection that has closed, what comes after.
    if (held.isReleased || !this.#shares.take(held.who, bytes)) throw new Problem('Busy');
    held.bytes += bytes;
  }
}
