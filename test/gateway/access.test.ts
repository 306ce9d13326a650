import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { authenticationOf } from '../../gateway/access/authentication.js';
import { makeKey } from '../../gateway/access/key-command.js';
import { newKey } from '../../gateway/access/keys.js';
import { KeysFile } from '../../gateway/access/keys-file.js';
import { gatewayConfigurationFrom } from '../../gateway/configuration.js';
import { lostClient, startGatewayDoor } from '../setting/gateway-door.js';
import { newPayloadKey } from '../setting/payload-keys.js';

const PAYLOAD_KEYS = newPayloadKey();

describe('the keys of the gateway', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'doku-gateway-'));
    file = path.join(folder, 'keys.json');
  });
  after(() => rmSync(folder, { recursive: true }));

  const authenticate = async (onMistake: (mistake: string) => void = assert.fail) => {
    const keysFile = await KeysFile.open(file, { onMistake, everyMs: 0 });
    const configuration = gatewayConfigurationFrom({ PAYLOAD_KEYS, GATEWAY_KEYS_FILE: file });
    return { keysFile, of: authenticationOf(configuration, keysFile) ?? assert.fail() };
  };
  const unknown = { problem: 'Unauthenticated' };

  test('a key is told once: the file has its digest, for its owner only', async () => {
    const key = await makeKey(['--id', 'shop', '--scopes', 'purchases:write'], {
      GATEWAY_KEYS_FILE: file,
    });
    assert.ok(!readFileSync(file, 'utf8').includes(key));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { of } = await authenticate();
    assert.deepEqual(await of(key), { who: 'key:shop', scopes: ['purchases:write'] });
    await assert.rejects(of(`${key.slice(0, -1)}_`), unknown);
    await assert.rejects(makeKey(['--id', 'shop', '--scopes', 'reads', '--file', file], {}), {
      message: `--id: there is a key of this ID; take it out of ${file} first`,
    });
    await assert.rejects(
      makeKey(['--id', 'x', '--scopes', 'all', '--file', file], {}),
      /^Error: --scopes: must be one of "/,
    );
    await assert.rejects(makeKey(['--scopes', 'all,none', '--file', file], {}), (error: Error) => {
      assert.match(error.message, /^--id: is missing; --scopes: must be one of "[^;]*$/);
      return true;
    });
    await assert.rejects(makeKey(['--file', file], {}), {
      message: '--id: is missing; --scopes: is missing',
    });
  });

  test('a change is taken up without a restart, and a slip of the pen locks nobody out', async () => {
    const mistakes: string[] = [];
    const { keysFile, of } = await authenticate((mistake) => mistakes.push(mistake));
    const key = await makeKey(['--id', 'till', '--scopes', 'reads', '--file', file], {});
    assert.deepEqual(await of(key), { who: 'key:till', scopes: ['reads'] });
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.slice(1));
    assert.equal((await of(key)).who, 'key:till');
    assert.deepEqual([keysFile.mistake, mistakes], ['must be JSON', ['must be JSON']]);
    writeFileSync(file, '{"keys":[]}');
    await assert.rejects(of(key), unknown);
    assert.equal(keysFile.mistake, undefined);
  });

  test('nothing that stands in the file is told of a mistake in it, not even a name', async () => {
    const { key, entry } = newKey({ id: 'shop', scopes: ['reads'] });
    for (const wrong of [
      { keys: [entry], [key]: { scopes: ['reads'] } },
      { keys: [{ ...entry, [key]: true }] },
      { keys: { [key]: ['reads'] } },
      { keys: [{ ...entry, id: `${key}\n` }] },
      { keys: [{ ...entry, sha256: key }] },
      { keys: [{ ...entry, scopes: [key] }] },
      { keys: [key] },
      { [key]: ['reads'] },
    ]) {
      writeFileSync(file, JSON.stringify(wrong));
      await assert.rejects(
        KeysFile.open(file, { onMistake: assert.fail }),
        ({ message }: Error) => {
          assert.match(message, /^file/);
          assert.ok(!message.includes(key.slice(6, 12)), message.replace(key, 'the key'));
          return true;
        },
      );
    }
  });
});

describe('tokens of an issuer', () => {
  let server: Server;
  let issuer: string;
  let privateKey: CryptoKey;

  before(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' };
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const authentication = (keysFile?: KeysFile) =>
    authenticationOf(
      gatewayConfigurationFrom({
        PAYLOAD_KEYS,
        GATEWAY_ISSUER: issuer,
        GATEWAY_AUDIENCE: 'doku-journeys',
        GATEWAY_JWKS_URL: `${issuer}/keys`,
      }),
      keysFile,
    ) ?? assert.fail();
  const signed = (
    audience = 'doku-journeys',
    sub = 'backend-1',
    claims: Record<string, unknown> = {},
  ) =>
    new SignJWT({
      scope: 'purchases:write reads',
      sub,
      iss: issuer,
      aud: audience,
      exp: Math.floor(Date.now() / 1_000) + 3_600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);

  test('carry their scopes, for this gateway, as long as they are valid', async () => {
    const of = authentication();
    assert.deepEqual(await of(await signed('doku-journeys')), {
      who: `${issuer} backend-1`,
      scopes: ['purchases:write', 'reads'],
    });
    await assert.rejects(of(await signed('another')), { problem: 'Unauthenticated' });
    await assert.rejects(of('never'), { problem: 'Unauthenticated' });
  });

  test('are refused where a claim is of another type, and allow nothing by odd scopes', async () => {
    const of = authentication();
    for (const claims of [
      ...[5, 0, true, null, ['a'], [], { a: 1 }, ''].map((sub) => ({ sub })),
      ...[5, true, ['a'], { a: 1 }].map((iss) => ({ iss })),
      ...[5, true, [5], { a: 1 }].map((aud) => ({ aud })),
      ...['5', true, [5], { a: 1 }].map((exp) => ({ exp })),
      ...['5', true, [5], { a: 1 }].map((nbf) => ({ nbf })),
    ])
      await assert.rejects(
        of(await signed(undefined, undefined, claims)),
        { problem: 'Unauthenticated' },
        JSON.stringify(claims),
      );
    for (const scope of [5, true, null, [5, ['reads']], { reads: true }])
      assert.deepEqual((await of(await signed(undefined, undefined, { scope }))).scopes, []);
  });

  test('use up no limit of a key that is called as their user, nor are they taken for it', async () => {
    const { key, entry } = newKey({ id: 'shop', scopes: ['reads'] });
    const keys = { entries: async () => [entry] } as unknown as KeysFile;
    const door = await startGatewayDoor(lostClient(), {
      authenticate: authentication(keys),
      requestsAMinute: 2,
    });
    try {
      const statuses: number[] = [];
      for (const own of [...Array(3).fill(await signed('doku-journeys', 'shop')), key])
        statuses.push((await door.ask('GET', '/v1/top-ups/TOP-1', { key: own })).status);
      assert.deepEqual(statuses, [403, 403, 429, 403]);
      assert.deepEqual(
        door.audited.map(({ who }) => who),
        [...Array(3).fill(`${issuer} shop`), 'key:shop'],
      );
    } finally {
      await door.close();
    }
  });

  test('name nobody by what is personal, and everybody otherwise than anybody else', async () => {
    const of = authentication();
    const names = new Set<string>();
    for (const sub of [
      '081234567890',
      '+6281234567890',
      'budi@example.com',
      'a\u202eb',
      'a b\nc',
    ]) {
      const { who } = await of(await signed('doku-journeys', sub));
      assert.match(who, /^http:\S+ …[0-9a-f]{24}$/);
      assert.equal((await authentication()(await signed('doku-journeys', sub))).who, who);
      names.add(who);
    }
    assert.equal(names.size, 5);
    for (const sub of ['auth0|5f7c8ec7c33c6c004bbafe82', 'user:1', '1140340010'])
      assert.equal((await of(await signed('doku-journeys', sub))).who, `${issuer} ${sub}`);
  });
});

describe('settings that cannot work', () => {
  const refused = (environment: Record<string, string>) => {
    try {
      gatewayConfigurationFrom({ PAYLOAD_KEYS, ...environment });
      return [];
    } catch (error) {
      return (error as { mistakes: string[] }).mistakes.map((line) => line.split(':')[0]);
    }
  };

  test('are refused by name, all at once', () => {
    assert.deepEqual(refused({}), []);
    assert.deepEqual(refused({ PAYLOAD_KEYS: '' }), ['PAYLOAD_KEYS']);
    assert.deepEqual(
      refused({
        TEMPORAL_ADDRESS: 'http://temporal',
        GATEWAY_PORT: '99999',
        GATEWAY_ANSWER_WITHIN_MS: '1',
        GATEWAY_ALLOWED_ORIGINS: '*',
      }),
      ['TEMPORAL_ADDRESS', 'GATEWAY_PORT', 'GATEWAY_ALLOWED_ORIGINS', 'GATEWAY_ANSWER_WITHIN_MS'],
    );
    for (const url of [' https://id.example', 'https://id.example\n', 'https://:pw@id.example'])
      assert.deepEqual(
        refused({ GATEWAY_ISSUER: url, GATEWAY_AUDIENCE: 'a', GATEWAY_JWKS_URL: url }),
        ['GATEWAY_ISSUER', 'GATEWAY_JWKS_URL'],
        url,
      );
    assert.deepEqual(refused({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }), [
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ]);
  });

  test('nobody listens beyond this machine without keys or an issuer', () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'gateway.example'])
      assert.deepEqual(refused({ GATEWAY_HOST: host }), ['GATEWAY_KEYS_FILE or GATEWAY_ISSUER']);
    for (const host of ['127.0.0.1', 'localhost', '::1'])
      assert.deepEqual(refused({ GATEWAY_HOST: host }), []);
    assert.deepEqual(refused({ GATEWAY_HOST: '0.0.0.0', GATEWAY_KEYS_FILE: 'keys.json' }), []);
    assert.deepEqual(refused({ GATEWAY_ISSUER: 'https://id.example' }), ['GATEWAY_AUDIENCE']);
    assert.deepEqual(refused({ GATEWAY_AUDIENCE: 'doku-journeys' }), ['GATEWAY_AUDIENCE']);
  });

  test('nobody listens behind a proxy without keys or an issuer', () => {
    const TRUST_PROXY = '127.0.0.1';
    assert.deepEqual(refused({ TRUST_PROXY }), ['GATEWAY_KEYS_FILE or GATEWAY_ISSUER']);
    assert.deepEqual(refused({ TRUST_PROXY, GATEWAY_KEYS_FILE: 'keys.json' }), []);
  });

  test('whoever means to ask for keys is told where nobody is asked for any', () => {
    for (const name of ['GATEWAY_KEYS', 'GATEWAY_API_KEYS', 'GATEWAY_AUTH_TOKEN']) {
      assert.deepEqual(refused({ [name]: '/run/secrets/gateway_keys' }), [name]);
      assert.deepEqual(refused({ [name]: 'x', GATEWAY_KEYS_FILE: 'keys.json' }), []);
    }
    for (const name of ['GATEWAY_KEYS_FILE', 'GATEWAY_ISSUER'])
      assert.deepEqual(refused({ [name]: '' }), [name]);
  });

  test('what tells of an issuer is refused without one', () => {
    const none = { GATEWAY_KEYS_FILE: 'keys.json', GATEWAY_SCOPES_CLAIM: 'scope' };
    assert.deepEqual(refused(none), ['GATEWAY_SCOPES_CLAIM']);
  });

  test('each setting is in the docs', async () => {
    const { gatewayEnvironmentSchema } = await import('../../gateway/configuration.js');
    const docs = readFileSync(new URL('../../docs/gateway-operating.md', import.meta.url), 'utf8');
    for (const name of Object.keys(gatewayEnvironmentSchema.shape))
      assert.ok(docs.includes(`\`${name}\``), name);
  });

  test('each scope is in the docs', async () => {
    const { SCOPES } = await import('../../gateway/access/scopes.js');
    const docs = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
    for (const scope of SCOPES) assert.ok(docs.includes(`\`${scope}\``), scope);
  });
});
