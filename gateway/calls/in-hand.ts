/**
 * How many requests are in hand at once: where what they ask for hangs, a caller that goes on asking leaves no connection,
 * and no memory, to the others and to whoever asks whether the gateway lives.
 *
 * @module
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { Shares } from './shares.js';

/**
 * Refuses what is beyond that as `Busy`, before its body is read. What is open to everybody counts as nobody's.
 *
 * @param most - of all callers.
 */
export function boundRequestsInHand(server: FastifyInstance, most: number): void {
  const shares = new Shares(most);
  const inHand = new Map<FastifyRequest, string>();
  const end = (request: FastifyRequest) => {
    const who = inHand.get(request);
    if (who !== undefined && inHand.delete(request)) shares.giveBack(who);
  };
  server.addHook('preParsing', async (request, reply) => {
    if (request.routeOptions.config.isOpen) return;
    const who = request.caller?.who ?? request.ip;
    if (!shares.take(who)) throw new Problem('Busy');
    inHand.set(request, who);
    // Of whoever hangs up before a body is whole nothing is asked.
    reply.raw.once('close', () => request.raw.complete || end(request));
  });
  // What whoever hangs up has asked for goes on until it has its answer.
  server.addHook('onSend', async (request) => end(request));
}
