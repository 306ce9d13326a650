import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hold, holdMany } from '../../setting/held-connection.js';
import { rsaPair } from '../../setting/key-pairs.js';
import { type Door, newsOf, openDoor } from '../../setting/notification-door.js';

const outsider = rsaPair();

describe('an outsider', () => {
  let door: Door;
  before(async () => {
    door = await openDoor({ wholeWithinMs: 500 });
  });
  after(() => door?.close());

  test('uses up no limit but that of an address, which refuses nothing genuine', async () => {
    const narrow = await openDoor({ requestsASecond: 5 });
    try {
      const token = String((await narrow.askToken()).json.accessToken);
      const forged = await Promise.all(
        Array.from({ length: 80 }, () => narrow.askToken({ privateKey: outsider.privateKey })),
      );
      assert.equal(forged.filter(({ code }) => code === '4017300').length, 60);
      const [refused] = forged.filter(({ code }) => code === '4297300');
      assert.ok(Number(refused?.headers['retry-after']) > 0);
      assert.equal((await narrow.notify(newsOf('INV-1'), { token })).code, '2005600');
      assert.equal((await narrow.notify(newsOf('INV-2'))).code, '2005600');
    } finally {
      await narrow.close();
    }
  });

  test('is counted by the address that a trusted proxy names, and by no other', async () => {
    const forge = (through: Door, address: string) =>
      through.askToken({
        privateKey: outsider.privateKey,
        headers: { 'x-forwarded-for': address },
      });
    const behind = await openDoor({ trustedProxies: ['127.0.0.0/8'] });
    const open = await openDoor();
    try {
      for (let failures = 0; failures < 60; failures += 1) {
        await forge(behind, '203.0.113.7');
        await forge(open, `203.0.113.${failures}`);
      }
      assert.equal((await forge(behind, '203.0.113.7')).status, 429);
      assert.equal((await forge(behind, '203.0.113.8')).status, 401);
      assert.equal((await forge(open, '203.0.113.200')).status, 429);
    } finally {
      await behind.close();
      await open.close();
    }
  });

  test('who captured one notification has nothing done with it, and takes no place of others', async () => {
    const narrow = await openDoor({ requestsASecond: 6 });
    try {
      const token = String((await narrow.askToken()).json.accessToken);
      const captured = { token, timestamp: new Date().toISOString() };
      for (let sends = 0; sends < 30; sends += 1) {
        const body = `${newsOf('INV-3')}${' '.repeat(sends)}`;
        const headers = { 'x-external-id': String(sends) };
        const answer = await narrow.notify(newsOf('INV-3'), { ...captured, headers, sent: body });
        assert.equal(answer.code, '2005600');
      }
      assert.equal(narrow.acted.length, 1);
      const headers = { 'x-external-id': '7' };
      assert.equal((await narrow.notify(newsOf('INV-4'), { token, headers })).code, '2005600');
      assert.equal(narrow.acted.length, 2);
    } finally {
      await narrow.close();
    }
  });

  test('who captured a request for a token has the same one again, and no signature made', async () => {
    const timestamp = new Date().toISOString();
    const tokens = await Promise.all(Array.from({ length: 5 }, () => door.askToken({ timestamp })));
    assert.equal(new Set(tokens.map(({ json }) => json.accessToken)).size, 1);
    for (const { json } of tokens) assert.ok(Number(json.expiresIn) > 850);
  });

  test('sends no more than 8 KiB', async () => {
    const answer = await door.notify(`{"a":"${'x'.repeat(8_192)}"}`);
    assert.deepEqual([answer.status, answer.code], [413, '4135600']);
  });

  test('holds no request open: neither its headers nor its body', { timeout: 20_000 }, async () => {
    const head = 'POST /v1.0/debit/notify HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n';
    const held = await Promise.all([hold(door.port, head), hold(door.port, `${head}\r\n{"a"`)]);
    await Promise.all(held.map(({ closed }) => closed));
  });

  test('keeps nobody out by holding connections', { timeout: 60_000 }, async () => {
    const patient = await openDoor();
    const held = await holdMany(`http://127.0.0.1:${patient.port}`, 300);
    try {
      const token = String((await patient.askToken()).json.accessToken);
      assert.equal((await patient.notify(newsOf('INV-5'), { token })).code, '2005600');
      assert.ok(held.open() <= 256);
    } finally {
      held.release();
      await patient.close();
    }
  });
});

describe('a refusal', () => {
  test('is told by its check, the clocks and the path, and counted', async () => {
    const door = await openDoor({ signedPath: '/shop/notify' });
    try {
      await door.notify(newsOf('INV-1'));
      const late = new Date(Date.now() - 3_600_000).toISOString();
      await door.notify(newsOf('INV-1'), { timestamp: late });
      await door.post('/v1.0/debit/notifications?otp=123456', {}, '{}');
      const [signature, clock, url] = door.lines.filter(({ level }) => level === 'warn');
      assert.equal(signature?.check, 'signature');
      assert.equal(signature?.path, '/v1.0/debit/notify');
      assert.equal(signature?.signedPath, '/shop/notify');
      assert.ok(Math.abs(Number(signature?.skewSeconds)) <= 2);
      assert.equal(signature?.remote, '127.0.0.1');
      assert.equal(clock?.check, 'clock');
      assert.ok(Math.abs(Number(clock?.skewSeconds) + 3_600) <= 2);
      assert.deepEqual(
        [url?.check, url?.method, url?.path],
        ['url', 'POST', '/v1.0/debit/notifications'],
      );
      assert.ok(!JSON.stringify(door.lines).includes('123456'));
      assert.deepEqual(door.checks, ['signature', 'clock', 'url']);
    } finally {
      await door.close();
    }
  });

  test('fills no log, whatever it is of', async () => {
    const door = await openDoor();
    try {
      for (let sends = 0; sends < 50; sends += 1) {
        await door.post(`/${sends}/${'x'.repeat(2_000)}`, {}, '{}');
        await door.askToken({ privateKey: outsider.privateKey });
      }
      assert.equal(door.checks.length, 100);
      assert.ok(door.lines.length <= 10);
      assert.ok(Math.max(...door.lines.map((line) => JSON.stringify(line).length)) < 700);
    } finally {
      await door.close();
    }
  });

  test('of more genuine ones than are taken asks to come again', async () => {
    const door = await openDoor({ requestsASecond: 3 });
    try {
      const token = String((await door.askToken()).json.accessToken);
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_each, at) => door.notify(newsOf(`INV-${at}`), { token })),
      );
      const refused = answers.filter(({ code }) => code === '4295600');
      assert.ok(refused.length >= 3);
      assert.equal(refused[0]?.headers['retry-after'], '1');
    } finally {
      await door.close();
    }
  });

  test('of a URL that cannot be read is one of a wrong URL', async () => {
    const door = await openDoor();
    try {
      const answer = await door.post('/v1.0/%zz', {}, '{}');
      assert.deepEqual([answer.status, answer.code], [404, '4045600']);
      assert.deepEqual(door.checks, ['url']);
      assert.equal(door.lines[0]?.path, '/v1.0/%zz');
    } finally {
      await door.close();
    }
  });

  test('of what is no HTTP is counted too', async () => {
    const door = await openDoor();
    try {
      const { closed } = await hold(door.port, '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n');
      await closed;
      assert.deepEqual(door.checks, ['http']);
    } finally {
      await door.close();
    }
  });
});
