/**
 * What the resources of all journeys have in common: PUT starts one by its business number, GET says where it stands, and
 * waits for it, and POST does something to it.
 *
 * @module
 */
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Scope } from '../access/scopes.js';
import { awaitedView } from '../calls/status.js';
import { inTemporal, mismatchOf } from './existing.js';
import type { Gateway } from './gateway.js';
import { problemResponses } from './problem-responses.js';
import { untilSchema, waitSchema } from './wait.js';

type Keys = Readonly<Record<string, string>>;

/** A journey's resource. */
export interface JourneyResource<Key extends Keys, View extends { readonly status: string }> {
  /** What OpenAPI groups it under. */
  readonly tag: string;
  /** Such as `/v1/purchases/:partnerReferenceNo`. */
  readonly url: string;
  /** Of the URL's parameters. */
  readonly key: z.ZodType<Key>;
  readonly scopes: { readonly read: Scope; readonly write: Scope };
  readonly workflowId: (key: Key) => string;
  readonly view: z.ZodType<View>;
  readonly statuses: readonly string[];
  /** Statuses after which nothing more comes. */
  readonly ends: readonly string[];
  readonly status: (key: Key) => Promise<View>;
}

/** `GET …?wait=30s&until=…`. */
export function addStatus<Key extends Keys, View extends { readonly status: string }>(
  gateway: Gateway,
  resource: JourneyResource<Key, View>,
): void {
  const { server, client, calls, waits } = gateway;
  const { ends, workflowId, status } = resource;
  server.get(
    resource.url,
    {
      config: { scope: resource.scopes.read },
      schema: {
        tags: [resource.tag],
        summary: 'Where it stands',
        description:
          'With `wait` it answers as soon as the status is one of `until`, or one after which nothing more comes, or when the time is over.',
        params: resource.key,
        querystring: z.strictObject({ wait: waitSchema, until: untilSchema(resource.statuses) }),
        response: { 200: resource.view, ...problemResponses },
      },
    },
    async (request) => {
      const key = request.params as Key;
      const { wait, until } = request.query as { wait: number; until: string[] };
      const id = workflowId(key);
      return waits.hold(wait, (waitMs) =>
        awaitedView({
          client,
          workflowId: id,
          view: () => calls.answer(() => status(key), id),
          isThere: (view) => until.includes(view.status) || ends.includes(view.status),
          waitMs,
          signal: AbortSignal.any([gateway.closing, goneOf(request)]),
        }),
      );
    },
  );
}

/** Aborted when whoever asked has gone away. */
function goneOf(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  return gone.signal;
}

export interface Start<Key extends Keys, Input extends z.ZodType, Answer> {
  readonly summary: string;
  readonly description?: string;
  /** The input without the members that the URL names. */
  readonly body: z.ZodType;
  /** The journey's whole input. */
  readonly input: Input;
  readonly answer: z.ZodType<Answer>;
  readonly start: (input: z.input<Input>, key: Key) => Promise<Answer>;
}

/** `PUT …`: 201 for a new one, 200 for the same again, 409 for another one of this number. */
export function addStart<
  Key extends Keys,
  View extends { readonly status: string },
  Input extends z.ZodType,
  Answer,
>(
  gateway: Gateway,
  resource: JourneyResource<Key, View>,
  { summary, description, body, input, answer, start }: Start<Key, Input, Answer>,
): void {
  const { server, client, calls } = gateway;
  server.put(
    resource.url,
    {
      config: { scope: resource.scopes.write },
      schema: {
        tags: [resource.tag],
        summary,
        ...(description && { description }),
        params: resource.key,
        body,
        response: { 200: answer, 201: answer, ...problemResponses },
      },
    },
    async (request, reply) => {
      const key = request.params as Key;
      const given = { ...(request.body as object), ...key } as z.input<Input>;
      const id = resource.workflowId(key);
      let isThere = false;
      const said = await calls.answer(async () => {
        isThere = await inTemporal(client, id);
        try {
          return await start(given, key);
        } catch (error) {
          throw await mismatchOf(client, { workflowId: id, given, schema: input }, error);
        }
      }, id);
      if (isThere) return reply.code(200).send(said);
      return reply.code(201).header('location', request.url.split('?', 1)[0]).send(said);
    },
  );
}

export interface Action<Key extends Keys, Body extends z.ZodType, Answer> {
  /** The last part of the URL. */
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  /** Without it nothing is sent along. */
  readonly body?: Body;
  /** Without it the answer is an empty 204. */
  readonly answer?: z.ZodType<Answer>;
  readonly act: (key: Key, body: z.output<Body>) => Promise<Answer>;
}

const noBody = z.strictObject({}).nullish();

/** `POST …/{name}`. */
export function addAction<
  Key extends Keys,
  View extends { readonly status: string },
  Body extends z.ZodType,
  Answer,
>(
  gateway: Gateway,
  resource: JourneyResource<Key, View>,
  { name, summary, description, body, answer, act }: Action<Key, Body, Answer>,
): void {
  const { server, calls } = gateway;
  server.post(
    `${resource.url}/${name}`,
    {
      config: { scope: resource.scopes.write },
      schema: {
        tags: [resource.tag],
        summary,
        ...(description && { description }),
        params: resource.key,
        body: body ?? noBody,
        response: {
          ...(answer ? { 200: answer } : { 204: z.null().describe('Done') }),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const key = request.params as Key;
      const said = await calls.answer(
        () => act(key, request.body as z.output<Body>),
        resource.workflowId(key),
      );
      return answer ? reply.send(said) : reply.code(204).send(null);
    },
  );
}
