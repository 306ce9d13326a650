import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { eventually } from '../setting/shop.js';

/** With none that waits by `?wait=`, so many are in hand at once, and of one key half. */
const MOST_OF_ONE = 150;

describe('calls of which nothing comes back', () => {
  let door: GatewayDoor;
  let connection: Connection;
  /** Takes connections, and says nothing. */
  const silent = createServer((socket) => sockets.push(socket));
  const sockets: Socket[] = [];
  const asked = new Set<ClientRequest>();
  before(async () => {
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    connection = Connection.lazy({ address });
    door = await startGatewayDoor(new Client({ connection }), {
      mostWaits: 0,
      answerWithinMs: 5_000,
    });
  });
  after(async () => {
    hangUp();
    for (const socket of sockets) socket.destroy();
    silent.close();
    await door?.close();
    await connection?.close();
  });

  const hangUp = () => {
    for (const each of asked) each.destroy();
    asked.clear();
  };
  /** @returns what it was answered, if it was. */
  const ask = async (key: string) => {
    const sent = request(`${door.url}/v1/purchases/INV-1`, {
      headers: { authorization: `Bearer ${key}` },
      agent: false,
    });
    asked.add(sent.end());
    const [answer] = await once(sent, 'response').catch(() => [undefined]);
    if (answer === undefined) return undefined;
    const { error, retryAfter } = (await json(answer)) as Record<string, unknown>;
    return [answer.statusCode, error, retryAfter];
  };

  /** Unless it is refused at once. */
  const isInHand = async (key: string) => {
    const answer = ask(key);
    const [, error] = (await Promise.race([answer, setTimeout(500, [])])) ?? [];
    return error === undefined;
  };

  test('are of one key half of all, and keep nobody else out', async () => {
    const scope = ['purchases:write'] as const;
    const [many, few] = [door.keyOf('many', scope), door.keyOf('few', scope)];
    for (let sent = 0; sent < MOST_OF_ONE; sent++) void ask(many);
    await eventually(
      async () => ask(many),
      (answer) => answer?.[1] === 'Busy',
    );
    assert.deepEqual(await ask(many), [503, 'Busy', 5]);
    assert.ok(await isInHand(few));
    assert.equal((await door.ask('GET', '/health', { key: '' })).status, 200);
    hangUp();
    await eventually(
      () => isInHand(many),
      (isTaken) => isTaken,
    );
  });
});
