import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { type GatewayDoor, lostClient, startGatewayDoor } from '../setting/gateway-door.js';
import { eventually } from '../setting/shop.js';

const MIB = 1024 * 1024;
const PATH = '/v1/top-up-batches/B-1/dry-run';

describe('large bodies at the gateway', () => {
  let door: GatewayDoor;
  const open = new Set<ClientRequest>();
  before(async () => {
    door = await startGatewayDoor(lostClient());
  });
  after(async () => {
    for (const sent of open) sent.destroy();
    await door?.close();
  });

  /** Begins a batch of so many MiB, and sends of it what is given. */
  const begun = async (key: string, mebibytes: number | undefined, sent: Buffer) => {
    const asked = request(`${door.url}${PATH}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'text/csv',
        ...(mebibytes && { 'content-length': mebibytes * MIB }),
      },
    });
    asked.on('error', () => {});
    open.add(asked);
    const answer = once(asked, 'response');
    answer.catch(() => {});
    asked.write(sent);
    return { asked, answer };
  };
  const errorOf = async (answer: Promise<unknown[]>) => {
    const [incoming] = (await answer) as [NodeJS.ReadableStream & { statusCode: number }];
    const { error, retryAfter } = (await json(incoming)) as Record<string, unknown>;
    return [incoming.statusCode, error, retryAfter];
  };
  const small = async (key: string, blanks = 0) => {
    const { body } = await door.ask('POST', PATH, {
      key,
      text: `partnerReferenceNo${' '.repeat(blanks)}\n`,
      headers: { 'content-type': 'text/csv' },
    });
    return body.error;
  };
  const keyOf = (id: string) => door.keyOf(id, ['batches:write']);
  const LITTLE = Buffer.from('x');
  const busy = [503, 'Busy', 5];

  test('are two at once, of one key a single one, and who comes meanwhile is told before sending it', async () => {
    const [first, second, third] = [keyOf('first'), keyOf('second'), keyOf('third')];
    const held = [await begun(first, 24, LITTLE)];
    assert.deepEqual(await errorOf((await begun(first, 1, LITTLE)).answer), busy);
    held.push(await begun(second, 24, LITTLE));
    await eventually(
      () => small(third),
      (error) => error === 'Busy',
    );
    const other = await door.ask('GET', '/v1/purchases/INV-1');
    assert.notEqual(other.body.error, 'Busy', 'nobody else is kept out');
    for (const { asked } of held) asked.destroy();
    for (const key of [first, second, third])
      assert.equal(
        await eventually(
          () => small(key),
          (error) => error !== 'Busy',
        ),
        'InvalidRows',
      );
  });

  test('whose length nobody has said are counted as they come in', async () => {
    const [first, second, third] = [keyOf('a'), keyOf('b'), keyOf('c')];
    const held = [
      await begun(first, undefined, Buffer.alloc(20 * MIB, 'x')),
      await begun(second, undefined, Buffer.alloc(20 * MIB, 'x')),
    ];
    await eventually(
      () => small(third, 9 * MIB),
      (error) => error === 'Busy',
    );
    const [{ asked, answer } = assert.fail()] = held;
    asked.write(Buffer.alloc(4 * MIB, 'x'));
    asked.write(LITTLE);
    assert.deepEqual(await errorOf(answer), busy);
    for (const { asked } of held) asked.destroy();
    await eventually(
      () => small(third),
      (error) => error !== 'Busy',
    );
  });

  test('leave room as soon as they are answered', async () => {
    const key = keyOf('again');
    const text = `x\n${'x'.repeat(13 * MIB)}`;
    for (let times = 0; times < 3; times += 1) {
      const { body } = await door.ask('POST', PATH, {
        key,
        text,
        headers: { 'content-type': 'text/csv' },
      });
      assert.equal(body.error, 'InvalidRows');
    }
  });
});
