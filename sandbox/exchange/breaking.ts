/**
 * Ends a connection without a whole answer, or lets the answer trickle.
 *
 * @module
 */
import crypto from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Break } from '../temperaments/kinds.js';
import { type Answer, textOf } from './answer.js';
import { wireUnder } from './wire.js';

/** Saying nothing outlasts every sensible time-out, then ends. */
const HANG_MS = 60_000;
/** So long a client may take to read what it cannot read. */
const LINGER_MS = 500;

/** Runs once the connection is gone, however it ended. */
export function onGone(reply: FastifyReply, run: () => void): void {
  const { socket } = reply.raw;
  if (!socket || socket.destroyed) run();
  else socket.once('close', run);
}

/** Closes the connection after its answer, without having said so. */
export function closeIdle(reply: FastifyReply, afterMs: number): void {
  const { socket } = reply.raw;
  reply.raw.once('finish', () => setTimeout(() => socket?.destroy(), afterMs).unref());
}

export function breakOff(reply: FastifyReply, how: Break, answer: Answer): FastifyReply {
  reply.hijack();
  const { socket } = reply.raw;
  if (socket) BREAKS[how](socket as Socket, reply, answer);
  return reply;
}

const BREAKS: Readonly<
  Record<Break, (socket: Socket, reply: FastifyReply, answer: Answer) => void>
> = {
  reset: (socket) => wireUnder(socket).tcp.resetAndDestroy(),
  fin: (socket) => wireUnder(socket).tcp.end(),
  half: (socket, reply, answer) => {
    const text = textOf(answer);
    head(reply, answer, text);
    reply.raw.write(text.slice(0, Math.floor(text.length / 2)), () => {
      wireUnder(socket).tcp.end();
      endSoon(socket);
    });
  },
  badRecord: (socket) => beneath(socket, tlsRecord(23, crypto.randomBytes(64))),
  plainText: (socket) => beneath(socket, Buffer.from(PLAIN_TEXT)),
  alert: (socket) => {
    // What the other side cannot have sent makes TLS itself send its alert, and a peer without TLS gets one as it is.
    if (!wireUnder(socket).garble?.()) beneath(socket, tlsRecord(21, Buffer.from([2, 80])));
    else endSoon(socket);
  },
  hang: (socket) => {
    const timer = setTimeout(() => socket.destroy(), HANG_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  },
};

const PLAIN_TEXT = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n';

/** Writes on TCP, past TLS where there is any. */
function beneath(socket: Socket, bytes: Buffer): void {
  wireUnder(socket).tcp.write(bytes, () => endSoon(socket));
}

function endSoon(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

function tlsRecord(type: number, content: Buffer): Buffer {
  const header = Buffer.from([type, 3, 3, 0, 0]);
  header.writeUInt16BE(content.length, 3);
  return Buffer.concat([header, content]);
}

/** One byte after another, for as long as somebody reads. */
export function drip(reply: FastifyReply, everyMs: number, answer: Answer): FastifyReply {
  reply.hijack();
  const text = Buffer.from(textOf(answer));
  head(reply, answer, text);
  void trickle(reply, text, everyMs);
  return reply;
}

async function trickle({ raw }: FastifyReply, text: Buffer, everyMs: number): Promise<void> {
  for (const byte of text) {
    await pause(everyMs, undefined, { ref: false });
    if (raw.destroyed) return;
    raw.write(Buffer.of(byte));
  }
  raw.end();
}

function head({ raw }: FastifyReply, { status, headers }: Answer, text: string | Buffer): void {
  raw.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  raw.flushHeaders();
}
