import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from 'jose';
import {
  issuerAuthentication,
  type ReaderIssuerOptions,
} from '../../../../worker/doors/codec/issuer.js';
import { bearer, startCodecDoor } from '../../../setting/codec-door.js';

const AUDIENCE = 'temporal-ui';
const KEY_ID = 'key-1';

describe('the codec for users of the Temporal UI’s issuer', () => {
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  let server: Server;
  let issuer: string;
  /** What it was asked for. */
  const asked: string[] = [];
  let isDown = false;

  before(async () => {
    keys = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const answers: Record<string, unknown> = {
        '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
        '/keys': { keys: [jwk] },
      };
      const answer = isDown ? undefined : answers[request.url ?? ''];
      response.writeHead(answer ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server?.close());

  interface Token extends JWTPayload {
    readonly expires?: string;
    readonly alg?: string;
    readonly kid?: string;
    readonly key?: CryptoKey | Uint8Array;
  }
  function token({ expires = '5 min', alg = 'RS256', kid = KEY_ID, key, ...claims }: Token = {}) {
    const payload = { sub: 'ani', iss: issuer, aud: AUDIENCE, roles: ['doku-stories'], ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg, kid })
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(key ?? keys.privateKey);
  }

  const authentication = (options: Partial<ReaderIssuerOptions> = {}) =>
    issuerAuthentication({
      issuer,
      audience: [AUDIENCE],
      rolesClaim: 'roles',
      storyRoles: ['doku-stories'],
      personalDataRoles: ['doku-personal-data'],
      ...options,
    });
  const statusOf = (asking: Promise<unknown>) =>
    asking.then(
      () => 200,
      (error: { status?: number }) => error.status,
    );

  test('lets a user read what the roles of the access token allow, by name', async () => {
    const door = await startCodecDoor({ authenticate: authentication() });
    try {
      const payloads = await door.encrypted({ email: 'budi@example.com' });
      const ask = async (roles: string[]) => {
        const given = await token({ roles });
        const { text } = await door.ask({ headers: bearer(given), payloads });
        return Buffer.from(JSON.parse(text).payloads[0].data, 'base64').toString();
      };
      assert.equal(await ask(['doku-stories']), '{"email":"…"}');
      assert.equal(await ask(['doku-personal-data']), '{"email":"budi@example.com"}');
      assert.deepEqual(
        door.audited.map(({ who, personalData }) => [who, personalData]),
        [
          [`${issuer} ani`, false],
          [`${issuer} ani`, true],
        ],
      );
      assert.equal((await door.ask({ headers: bearer(await token({ roles: [] })) })).status, 403);
      assert.equal((await door.ask({ headers: bearer('x'.repeat(40)) })).status, 401);
    } finally {
      await door.close();
    }
  });

  test('believes no token but the issuer’s own, for this audience, as long as it lasts', async () => {
    const authenticate = authentication();
    const stranger = await generateKeyPair('RS256');
    const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const [header, payload] = (await token()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const tokens = {
      expired: await token({ expires: '-5 min' }),
      'for another program': await token({ aud: 'shop' }),
      'of another issuer': await token({ iss: 'https://evil.example' }),
      'of nobody': await token({ sub: '' }),
      'signed by a stranger': await token({ key: stranger.privateKey }),
      'of an unknown key': await token({ key: stranger.privateKey, kid: 'key-2' }),
      'signed with the public key as a secret': await token({ alg: 'HS256', key: secret }),
      'not signed': `${none}.${payload}.`,
      cut: `${header}.${payload}.x`,
      'no token': 'x',
    };
    for (const [what, given] of Object.entries(tokens))
      assert.equal(await statusOf(authenticate(given)), 401, what);
    assert.equal(await statusOf(authenticate(await token())), 200);
  });

  test('asks nobody for keys for a token that does not claim to be the issuer’s', async () => {
    const before = asked.length;
    const given = await token({ iss: 'https://evil.example' });
    assert.equal(await statusOf(authentication()(given)), 401);
    assert.equal(asked.length, before);
  });

  test('finds roles where the issuer writes them', async () => {
    const claims = {
      'realm_access.roles': { realm_access: { roles: ['doku-stories'] } },
      'https://doku.example/roles': { 'https://doku.example/roles': ['doku-stories'] },
      scope: { scope: 'openid doku-stories' },
    };
    for (const [rolesClaim, claim] of Object.entries(claims)) {
      const authenticate = authentication({ rolesClaim });
      assert.equal(await statusOf(authenticate(await token({ ...claim, roles: [] }))), 200);
      const without = await token({ scope: 'openid doku-stories-not' });
      assert.equal(await statusOf(authenticate(without)), 403, rolesClaim);
    }
  });

  test('says that it cannot tell while the issuer is away, and asks again', async () => {
    const authenticate = authentication();
    isDown = true;
    assert.equal(await statusOf(authenticate(await token())), 503);
    isDown = false;
    assert.equal(await statusOf(authenticate(await token())), 200);
  });

  test('takes keys from where it is told, without asking the issuer where they are', async () => {
    const before = asked.length;
    const authenticate = authentication({ jwksUrl: `${issuer}/keys` });
    assert.equal(await statusOf(authenticate(await token())), 200);
    assert.deepEqual(asked.slice(before), ['/keys']);
  });
});
