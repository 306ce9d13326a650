import type { Payload, PayloadCodec } from '@temporalio/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';

const payloadsSchema = z.object({
  payloads: z.array(
    z.object({
      metadata: z.record(z.string(), z.string()).optional(),
      data: z.string().optional(),
    }),
  ),
});

/**
 * Temporal's remote codec protocol under `/codec/encode` and `/codec/decode`: payloads in Base64. The browser's
 * same-origin rule guards it, so only a Temporal UI of an allowed origin can read what comes back.
 */
export function registerCodec(
  server: FastifyInstance,
  { codec, allowedOrigins }: { codec: PayloadCodec; allowedOrigins: readonly string[] },
): void {
  const isAllowed = (request: FastifyRequest) =>
    allowedOrigins.includes(request.headers.origin ?? '');
  const allow = (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .header('access-control-allow-origin', request.headers.origin)
      .header('access-control-allow-methods', 'POST, OPTIONS')
      .header('access-control-allow-headers', 'content-type, x-namespace, authorization')
      .header('access-control-allow-credentials', 'true')
      .header('vary', 'origin');

  server.options('/codec/*', async (request, reply) =>
    isAllowed(request) ? allow(request, reply).code(204).send() : reply.code(403).send(),
  );
  for (const direction of ['encode', 'decode'] as const) {
    server.post(`/codec/${direction}`, async (request, reply) => {
      if (!isAllowed(request)) return reply.code(403).send({ error: 'this origin is not allowed' });
      const parsed = payloadsSchema.safeParse(request.body);
      if (!parsed.success)
        return reply.code(400).send({ error: 'payloads: must be a list of payloads' });
      const payloads = await codec[direction](parsed.data.payloads.map(fromJson));
      return allow(request, reply).send({ payloads: payloads.map(toJson) });
    });
  }
}

type JsonPayload = z.output<typeof payloadsSchema>['payloads'][number];

const fromJson = ({ metadata = {}, data }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  ),
  ...(data !== undefined && { data: Buffer.from(data, 'base64') }),
});

const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value).toString('base64'),
    ]),
  ),
  ...(data && { data: Buffer.from(data).toString('base64') }),
});
