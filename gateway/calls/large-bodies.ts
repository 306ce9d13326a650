/**
 * Large bodies: how many bytes of them are held at once, so that the process has room for what it makes of them.
 *
 * @module
 */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';

/** What is held for one request; it grows as a body comes in whose length nobody has said. */
class Held {
  bytes = 0;
  isReleased = false;
  constructor(readonly who: string) {}
}

/** Of all callers so many bytes, and of one caller half of them at most, from before a body is read until it is answered. */
export class LargeBodies {
  readonly #most: number;
  readonly #ofOne = new Map<string, number>();
  readonly #held = new WeakMap<FastifyRequest, Held>();
  #now = 0;

  constructor(most: number) {
    this.#most = most;
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
    this.#count(held, -held.bytes);
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
    if (held.isReleased) throw new Problem('Busy');
    const own = (this.#ofOne.get(held.who) ?? 0) + bytes;
    if (this.#now + bytes > this.#most || own > this.#most / 2) throw new Problem('Busy');
    this.#count(held, bytes);
  }

  #count(held: Held, bytes: number): void {
    held.bytes += bytes;
    this.#now += bytes;
    const own = (this.#ofOne.get(held.who) ?? 0) + bytes;
    if (own === 0) this.#ofOne.delete(held.who);
    else this.#ofOne.set(held.who, own);
  }
}
