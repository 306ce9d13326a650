/**
 * OpenAPI 3.1 of all routes, made of the contract's own schemas, at `/openapi.json`, and a page to try it at `/docs`.
 *
 * @module
 */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';
import { schemaRegistry } from './schemas.js';

const DESCRIPTION = `Durable DOKU Wallet journeys over HTTP. Every number is yours: the same request again is the same
journey, never a second one. Errors are \`application/problem+json\`, all of them at [/problems](/problems).`;

const PAGE = '/docs';

/** @param version - the package's. */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(PAGE)) route.config = { ...route.config, isOpen: true };
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'doku-journeys gateway', version, description: DESCRIPTION },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: "An API key, or a token of the gateway's issuer.",
          },
        },
      },
      security: [{ bearer: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
  await server.register(swaggerUi, {
    routePrefix: PAGE,
    // Everything comes from here: a page that holds a key loads nothing of anybody else's.
    staticCSP: true,
    uiConfig: { deepLinking: true, docExpansion: 'list', tryItOutEnabled: true },
  });
  server.get('/openapi.json', { config: { isOpen: true }, schema: { hide: true } }, () =>
    server.swagger(),
  );
}
