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
import { type Operation, tell } from './words.js';

const DESCRIPTION = `Durable DOKU Wallet journeys over HTTP. Every number is yours: the same request again is the same
journey, never a second one. Errors are \`application/problem+json\`, all of them at [/problems](/problems).`;

const PAGE = '/docs';

/** @param version - the contract's. */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(PAGE)) route.config = { ...route.config, isOpen: true };
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'doku-journeys gateway', version, description: DESCRIPTION },
      servers: [{ url: '/', description: 'The gateway that this document comes from.' }],
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
    transformObject: (document) =>
      wordedAsNeeded(usedOnly(createJsonSchemaTransformObject({ schemaRegistry })(document))),
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

/** With its words and examples; a body that may be null may be left out, too. */
function wordedAsNeeded(document: Document): Document {
  const { paths = {} } = document as { paths?: Record<string, Record<string, Operation>> };
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path)))
    for (const { schema } of Object.values(operation.requestBody?.content ?? {}))
      if (operation.requestBody && (schema?.anyOf ?? []).some(({ type }) => type === 'null'))
        operation.requestBody.required = false;
  tell(paths);
  return document;
}

type Document = ReturnType<ReturnType<typeof createJsonSchemaTransformObject>>;

/** Without the schemas that no route refers to, directly or by another. */
function usedOnly(document: Document): Document {
  const { paths, components } = document as { paths?: unknown; components?: Components };
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, name = ''] of (JSON.stringify(part) ?? '').matchAll(REFERENCE)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(paths);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return {
    ...document,
    components: { ...components, schemas: Object.fromEntries(kept) },
  } as Document;
}

interface Components {
  readonly schemas?: Readonly<Record<string, unknown>>;
}

const REFERENCE = /"#\/components\/schemas\/(\w+)"/g;
