import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Certificates } from '../tls/certificates.js';
import { found, read } from './input.js';

export function tls(scope: FastifyInstance, certificates: Certificates | undefined): void {
  scope.get('/ca', async (_request, reply) =>
    reply.type('application/x-pem-file').send(found(certificates, 'CA').caPem),
  );
  scope.post('/certificate', async (request) => {
    const { withCa } = read(z.strictObject({ withCa: z.boolean().default(false) }), request.body);
    found(certificates, 'CA').renew(withCa);
    return { withCa };
  });
}
