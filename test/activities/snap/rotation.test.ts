import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createSnapClient,
  createTokenClient,
  type SnapCredentials,
  snapSettings,
  verifyAsymmetricSignature,
  verifySymmetricSignature,
} from '../../../activities/snap/index.js';
import type { Transport } from '../../../activities/snap/transport.js';
import { rsaPair } from '../../setting/key-pairs.js';

const OLD = rsaPair();
const NEW = rsaPair();
const settings = snapSettings();
const ORDER = {
  partnerReferenceNo: 'INV-1',
  amount: { value: '10000.00', currency: 'IDR' as const },
};

/** DOKU, that knows one secret and one key at a time. */
class Doku implements Transport {
  clientSecret = 'SK-old';
  publicKey = OLD.publicKey;
  calls = 0;

  async post({ path, headers, body }: Parameters<Transport['post']>[0]) {
    this.calls += 1;
    const isToken = path.includes('access-token');
    const isGenuine = isToken ? this.#knowsKey(headers) : this.#knowsSecret(path, headers, body);
    const code = isToken ? '73' : '54';
    const answer = isGenuine
      ? {
          responseCode: `200${code}00`,
          responseMessage: 'Successful',
          partnerReferenceNo: 'INV-1',
          webRedirectUrl: 'https://x',
          accessToken: 't',
          tokenType: 'Bearer',
          expiresIn: '900',
        }
      : { responseCode: `401${code}00`, responseMessage: 'Unauthorized. Invalid Signature' };
    const status = isGenuine ? 200 : 401;
    return { status, text: JSON.stringify(answer), retryAfter: undefined };
  }

  close() {}

  #knowsKey(headers: Readonly<Record<string, string>>) {
    return verifyAsymmetricSignature({
      clientId: 'BRN-1',
      timestamp: headers['x-timestamp'] ?? '',
      publicKey: this.publicKey,
      signature: headers['x-signature'] ?? '',
    });
  }

  #knowsSecret(path: string, headers: Readonly<Record<string, string>>, body: string) {
    return verifySymmetricSignature({
      method: 'POST',
      path,
      accessToken: 'token',
      body,
      timestamp: headers['x-timestamp'] ?? '',
      clientSecret: this.clientSecret,
      signature: headers['x-signature'] ?? '',
    });
  }
}

type Changing = { -readonly [Name in keyof SnapCredentials]: SnapCredentials[Name] };

/** The same merchant, whose credentials may change under its clients. */
function merchant(credentials: Changing) {
  const doku = new Doku();
  const issued = async () => ({ accessToken: 'token', generation: 1, expiresAt: '2099-01-01' });
  const tokens = { b2b: issued, customer: issued };
  const snap = createSnapClient({ settings, credentials, tokens, transport: doku });
  const tokenClient = createTokenClient({ settings, credentials, transport: doku });
  return {
    doku,
    purchase: async () => {
      const before = doku.calls;
      const { kind, sends } = await snap.purchase(ORDER, { customerId: 'c' });
      return [kind, sends, doku.calls - before];
    },
    token: async () => {
      const before = doku.calls;
      const { kind, sends } = await tokenClient.tokenB2B();
      return [kind, sends, doku.calls - before];
    },
  };
}

const old = (): Changing => ({
  clientId: 'BRN-1',
  clientSecret: 'SK-old',
  privateKey: OLD.privateKey,
});

describe('our own secret and key at DOKU', () => {
  test('are those of now, also where they change under a client', async () => {
    const credentials = old();
    const { doku, purchase, token } = merchant(credentials);
    assert.deepEqual(await purchase(), ['succeeded', 1, 1]);
    assert.deepEqual(await token(), ['succeeded', 1, 1]);
    Object.assign(doku, { clientSecret: 'SK-new', publicKey: NEW.publicKey });
    assert.deepEqual(await purchase(), ['unauthorized', 1, 1]);
    assert.deepEqual(await token(), ['unauthorized', 1, 1]);
    Object.assign(credentials, { clientSecret: 'SK-new', privateKey: NEW.privateKey });
    assert.deepEqual(await purchase(), ['succeeded', 1, 1]);
    assert.deepEqual(await token(), ['succeeded', 1, 1]);
  });

  test('may be two: the second is sent with where the first is refused, and then at once', async () => {
    const { doku, purchase, token } = merchant({
      ...old(),
      secondClientSecret: 'SK-new',
      secondPrivateKey: NEW.privateKey,
    });
    assert.deepEqual(await purchase(), ['succeeded', 1, 1]);
    Object.assign(doku, { clientSecret: 'SK-new', publicKey: NEW.publicKey });
    assert.deepEqual(await purchase(), ['succeeded', 2, 2]);
    assert.deepEqual(await token(), ['succeeded', 2, 2]);
    assert.deepEqual(await purchase(), ['succeeded', 1, 1]);
    assert.deepEqual(await token(), ['succeeded', 1, 1]);
    // DOKU takes it back.
    Object.assign(doku, { clientSecret: 'SK-old', publicKey: OLD.publicKey });
    assert.deepEqual(await purchase(), ['succeeded', 2, 2]);
    assert.deepEqual(await token(), ['succeeded', 2, 2]);
  });

  test('are each sent with once where DOKU refuses both', async () => {
    const { doku, purchase, token } = merchant({
      ...old(),
      secondClientSecret: 'SK-older',
      secondPrivateKey: OLD.privateKey,
    });
    Object.assign(doku, { clientSecret: 'SK-new', publicKey: NEW.publicKey });
    assert.deepEqual(await purchase(), ['unauthorized', 2, 2]);
    assert.deepEqual(await token(), ['unauthorized', 1, 1]);
  });
});
