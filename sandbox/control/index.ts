/**
 * The control API under `/_control/`: for people, tests and operators' drills. Its shapes are fixed, as other
 * tools rely on them.
 *
 * @module
 */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../books/refusal.js';
import type { Doku } from '../doku/index.js';
import type { Notifications } from '../exchange/notifications.js';
import type { Certificates } from '../tls/certificates.js';
import { customers } from './customers.js';
import { ControlError } from './input.js';
import { inspection } from './inspection.js';
import { steering } from './steering.js';
import { temperaments } from './temperaments.js';
import { tls } from './tls.js';
import { refuseStrangers } from './visitors.js';

export interface Controlled {
  readonly doku: Doku;
  readonly notifications: Notifications;
  readonly certificates: Certificates | undefined;
  /** Names and addresses under which it is known. */
  readonly hosts: readonly string[];
}

export function control(
  server: FastifyInstance,
  { doku, notifications, certificates, hosts }: Controlled,
): void {
  server.register(
    async (scope) => {
      refuseStrangers(scope, hosts);
      scope.setErrorHandler((error: Error, _request, reply) => {
        if (error instanceof ControlError)
          return reply.code(error.status).send({ error: error.message });
        if (error instanceof Refusal) return reply.code(409).send({ error: error.message });
        return reply.code(500).send({ error: 'the sandbox itself failed' });
      });
      inspection(scope, doku);
      steering(scope, doku, notifications);
      customers(scope, doku);
      temperaments(scope, doku);
      tls(scope, certificates);
    },
    { prefix: '/_control' },
  );
}
