/**
 * Writes an answer, or what a fault, a temperament or the network makes of it.
 *
 * @module
 */
import type { FastifyReply } from 'fastify';
import type { Clock } from '../books/clock.js';
import type { Fault } from '../doku/faults.js';
import { textOf } from './answer.js';
import { breakOff, closeIdle, drip, onGone } from './breaking.js';
import type { Handled } from './handle.js';

/** A `hang` without a delay outlasts every sensible time-out, then drops. */
const HANG_MS = 60_000;

export async function deliver(
  reply: FastifyReply,
  clock: Clock,
  handled: Handled,
): Promise<FastifyReply> {
  const { answer, fault, way, serviceCode } = handled;
  if (way.afterwards) onGone(reply, way.afterwards);
  if (way.closesAfterMs !== undefined) closeIdle(reply, way.closesAfterMs);
  reply.header('x-timestamp', clock.iso());
  const json = (status: number, body: unknown) =>
    reply.code(status).type('application/json').send(JSON.stringify(body));
  const refusal = (status: number, caseCode: string, responseMessage: string) =>
    json(status, { responseCode: `${status}${serviceCode}${caseCode}`, responseMessage });

  if (!answer)
    return reply.code(503).type('text/html').send('<html><body><h1>Maintenance</h1></body></html>');
  if (!fault) {
    if (way.breaks) return breakOff(reply, way.breaks, answer);
    if (way.dripMs !== undefined) return drip(reply, way.dripMs, answer);
    return reply
      .code(answer.status)
      .headers({ ...answer.headers })
      .type('application/json')
      .send(textOf(answer));
  }
  switch (fault.fault) {
    case 'slow':
      if (fault.when === 'after') await pause(fault.delayMs ?? 1_000);
      return json(answer.status, answer.body);
    case 'hang':
      return hang(reply, fault);
    case 'drop':
      reply.hijack();
      reply.raw.socket?.destroy();
      return reply;
    case 'truncated':
      return truncate(reply, JSON.stringify(answer.body));
    case 'empty':
      return reply.code(200).type('application/json').send('');
    case 'notJson':
      return reply.code(200).type('application/json').send('OK');
    case 'html502':
      return reply
        .code(502)
        .type('text/html')
        .send('<html><body><h1>502 Bad Gateway</h1></body></html>');
    case 'http500':
      return refusal(500, '00', 'General Error');
    case 'http504':
      return refusal(504, '00', 'Timeout');
    case 'http429':
      reply.header('retry-after', '1');
      return refusal(429, '00', 'Too Many Requests');
    case 'inProgress':
      return refusal(202, '00', 'Request In Progress');
    case 'conflict':
      return refusal(409, '00', 'Conflict');
    case 'staleToken':
      return refusal(401, '01', 'Invalid Token (B2B)');
    case 'replay':
      return json(409, answer.body);
    case 'wrongReference':
      return json(answer.status, anothers(answer.body));
    default:
      return fault.fault satisfies never;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

/** Says nothing until the client gives up or the time is over. */
async function hang(reply: FastifyReply, fault: Fault): Promise<FastifyReply> {
  reply.hijack();
  const { socket } = reply.raw;
  const timer = setTimeout(() => socket?.destroy(), fault.delayMs ?? HANG_MS);
  timer.unref();
  socket?.once('close', () => clearTimeout(timer));
  return reply;
}

/** Promises the whole text, sends half of it and closes. */
function truncate(reply: FastifyReply, text: string): FastifyReply {
  reply.hijack();
  const half = text.slice(0, Math.floor(text.length / 2));
  reply.raw.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  reply.raw.write(half, () => reply.raw.socket?.destroy());
  return reply;
}

/** The answer to somebody else's request. */
function anothers(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      /^(?:original)?partner\w*No$/i.test(name) ? 'ANOTHER-0001' : value,
    ]),
  );
}
