import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Client, type Connection } from '@temporalio/client';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { newPayloadKey } from '../setting/payload-keys.js';

const UNKNOWN = 2;
const TOKEN = Buffer.from('of Temporal').toString('base64');
const encoded = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

describe('a place that the gateway is asked to go on from', () => {
  let door: GatewayDoor;
  /** With which tokens Temporal was asked for a page. */
  const asked: (string | undefined)[] = [];
  let isForgotten = false;
  const payloadKeys = payloadKeysOf(newPayloadKey());

  const temporal = () => {
    const listWorkflowExecutions = async ({ nextPageToken }: { nextPageToken?: Uint8Array }) => {
      const token = nextPageToken?.length ? Buffer.from(nextPageToken) : undefined;
      asked.push(token?.toString('base64'));
      if (token && isForgotten)
        throw Object.assign(new Error('unknown'), {
          code: UNKNOWN,
          details: 'unable to parse',
          metadata: {},
        });
      return { executions: [], nextPageToken: Buffer.from(TOKEN, 'base64') };
    };
    const within = (_limit: unknown, work: () => unknown) => work();
    const connection = {
      workflowService: { listWorkflowExecutions },
      withDeadline: within,
      withAbortSignal: within,
    } as unknown as Connection;
    return new Client({ connection, dataConverter: createDataConverter(payloadKeys) });
  };
  before(async () => {
    door = await startGatewayDoor(temporal(), { payloadKeys });
  });
  beforeEach(() => {
    asked.length = 0;
    isForgotten = false;
  });
  after(() => door?.close());

  const page = (path: string, place: string, own = door) =>
    own.ask<{ next: string; error?: string; fields?: { path: string }[] }>(
      'GET',
      `${path}?after=${place}`,
    );

  test('is none that was made up, which is told without asking Temporal', async () => {
    const [last, future] = [8_640_000_000_000_000, Date.now() + 86_400_000];
    for (const [path, place] of [
      ['/v1/events', { from: 0, to: last }],
      ['/v1/events', { from: last }],
      ['/v1/events', { from: future }],
      ['/v1/events', { from: 0, to: 1 }],
      ['/v1/findings', { token: TOKEN, proof: digest(`findings ${TOKEN}`) }],
      ['/v1/findings', { token: TOKEN, proof: '' }],
      ['/v1/findings', { token: TOKEN }],
    ] as const) {
      const { status, body } = await page(path, encoded(place));
      assert.deepEqual(
        [status, body.fields?.map((field) => field.path)],
        [400, ['query.after']],
        JSON.stringify(place),
      );
    }
    assert.deepEqual(asked, [], 'Temporal is not asked');
  });

  test('is every one that a gateway with the same keys gave', async () => {
    const other = await startGatewayDoor(temporal(), { payloadKeys });
    try {
      for (const path of ['/v1/events', '/v1/findings']) {
        const { body } = await door.ask<{ next: string }>('GET', path);
        assert.equal((await page(path, body.next, other)).status, 200);
        assert.deepEqual(asked.splice(0), [undefined, TOKEN], path);
      }
    } finally {
      await other.close();
    }
  });

  test('begins a span of events anew where nobody proves how far in it', async () => {
    const { body } = await door.ask<{ next: string }>('GET', '/v1/events');
    const [place = ''] = body.next.split('.');
    for (const unproven of [place, `${place}.${'x'.repeat(22)}`]) {
      asked.length = 0;
      assert.equal((await page('/v1/events', unproven)).status, 200);
      assert.deepEqual(asked, [undefined]);
    }
  });

  test('is told as the caller’s where Temporal has forgotten it', async () => {
    for (const path of ['/v1/events', '/v1/findings']) {
      isForgotten = false;
      const { body } = await door.ask<{ next: string }>('GET', path);
      isForgotten = true;
      const again = await page(path, body.next);
      assert.deepEqual([again.status, again.body.error], [400, 'InvalidInput'], path);
    }
  });
});
