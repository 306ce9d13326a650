/**
 * What the resources of all journeys have in common: PUT starts one by its business number, GET says where it stands, and
 * waits for it, and POST does something to it.
 *
 * @module
 */
import type { FastifyRequest, RouteShorthandOptions } from 'fastify';
import * as z from 'zod';
import { JourneyBrokenError } from '../../client/errors.js';
import type { CallOptions } from '../../client/temporal/in-time.js';
import type { Scope } from '../access/scopes.js';
import { goneOf } from '../calls/gone.js';
import type { Followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { problemResponses } from './problem-responses.js';
import { waitingSchema } from './wait.js';

type Keys = Readonly<Record<string, string>>;

/** A journey's resource. */
export interface JourneyResource<Key extends Keys, View extends { readonly status: string }>
  extends Followed<Key, View> {
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
}

/** `GET …?wait=30s&until=…`. */
export function addStatus<Key extends Keys, View extends { readonly status: string }>(
  gateway: Gateway,
  resource: JourneyResource<Key, View>,
): void {
  const { server, calls, waits } = gateway;
  const { ends } = resource;
  server.get(
    resource.url,
    {
      config: { scope: resource.scopes.read },
      schema: {
        tags: [resource.tag],
        summary: 'Where it stands',
        description:
          'With `wait` it answers as soon as the status is one of `until`, or it has ended, or the time is over.',
        params: resource.key,
        querystring: waitingSchema(resource.statuses),
        response: { 200: resource.view, ...problemResponses },
      },
    },
    async (request, reply) => {
      const key = request.params as Key;
      const { wait, until = [] } = request.query as { wait: number; until?: string[] };
      const id = resource.workflowId(key);
      const isThere = ({ status }: View) => until.includes(status) || ends.includes(status);
      const look = () => calls.ask((options) => resource.status(key, options), id);
      return waits.hold(request.caller?.who ?? '', wait, async (waitMs) => {
        const deadline = Date.now() + waitMs;
        const view = await look();
        if (waitMs === 0 || isThere(view)) return view;
        const gone = goneOf(reply.raw);
        const signal = AbortSignal.any([gateway.closing, gone.signal]);
        try {
          return await resource.until(key, [...until, ...ends], { deadline, signal });
        } catch (error) {
          if (error instanceof JourneyBrokenError) throw error;
          // The time is over, or whoever waits is gone, or what else is wrong the next look tells.
          return signal.aborted ? view : look();
        } finally {
          gone.end();
        }
      });
    },
  );
}

export interface Start<Input extends z.ZodType, Answer, Given = z.input<Input>> {
  readonly summary: string;
  readonly description?: string;
  /** The input without the members that the URL names. */
  readonly body: z.ZodType;
  /** The journey's whole input. */
  readonly input: Input;
  readonly answer: z.ZodType<Answer>;
  /** What is asked for. Default: the body with what the URL names. */
  readonly given?: (request: FastifyRequest) => Given;
  readonly start: (given: Given, options: CallOptions) => Promise<Answer>;
  /** More of the route, such as how large a body may be. */
  readonly route?: RouteShorthandOptions;
}

/** `PUT …`: 201 to the one that has begun it, 200 for the same again, 409 for another one of this number. */
export function addStart<
  Key extends Keys,
  View extends { readonly status: string },
  Input extends z.ZodType,
  Answer,
  Given = z.input<Input>,
>(
  gateway: Gateway,
  resource: JourneyResource<Key, View>,
  definition: Start<Input, Answer, Given>,
): void {
  const { server, calls, keyFit } = gateway;
  const { summary, description, body, answer, start, route } = definition;
  const { given: givenIn = wholeInput } = definition;
  server.put(
    resource.url,
    {
      ...route,
      config: { scope: resource.scopes.write, ...route?.config },
      schema: {
        ...route?.schema,
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
      const given = givenIn(request) as Given;
      const id = resource.workflowId(key);
      let isBegun = false;
      const onBegun = () => {
        isBegun = true;
      };
      const said = await calls.answer(async (options) => {
        await keyFit.assert();
        options.signal?.throwIfAborted();
        return start(given, { ...options, onBegun });
      }, id);
      if (!isBegun) return reply.code(200).send(said);
      return reply.code(201).header('location', request.url.split('?', 1)[0]).send(said);
    },
  );
}

const wholeInput = ({ body, params }: FastifyRequest): unknown => ({
  ...(body as object),
  ...(params as object),
});

export interface Action<Key extends Keys, Body extends z.ZodType, Answer> {
  /** The last part of the URL. */
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  /** Without it nothing is sent along. */
  readonly body?: Body;
  /** Without it the answer is an empty 204. */
  readonly answer?: z.ZodType<Answer>;
  readonly act: (key: Key, body: z.output<Body>, options: CallOptions) => Promise<Answer>;
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
        (options) => act(key, request.body as z.output<Body>, options),
        resource.workflowId(key),
      );
      return answer ? reply.send(said) : reply.code(204).send(null);
    },
  );
}
