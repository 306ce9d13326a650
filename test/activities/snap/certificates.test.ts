import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createSnapClient, NotSentError, snapSettings } from '../../../activities/snap/index.js';
import { serverCertificate } from '../../setting/certificates.js';

const SERVER = serverCertificate();
const OURS = serverCertificate();

describe('a DOKU that asks for our certificate', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-certificates-'));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const files = {
    caFile: file('ca.pem', SERVER.ca),
    clientCertificateFile: file('cert.pem', OURS.cert),
    clientKeyFile: file('key.pem', OURS.key),
  };
  const server = https.createServer(
    { ...SERVER, ca: OURS.ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const { authorized } = request.socket as TLSSocket;
      const done = { responseCode: '2005400', webRedirectUrl: 'https://x', authorized };
      request.resume().on('end', () => response.end(JSON.stringify(done)));
    },
  );
  let baseUrl = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const token = { accessToken: 't', generation: 1, expiresAt: '2099-01-01T00:00:00Z' };
  const clientOf = (overrides: Partial<typeof files>) =>
    createSnapClient({
      settings: snapSettings({ baseUrl, timeoutMs: 2_000, ...overrides }),
      credentials: { clientId: 'BRN-1', clientSecret: 'SK', privateKey: '' },
      tokens: { b2b: async () => token, customer: async () => token },
    });
  const asked = (client: ReturnType<typeof clientOf>) =>
    client.purchase(
      { partnerReferenceNo: 'INV-1', amount: { value: '1.00', currency: 'IDR' } },
      { customerId: 'c' },
    );

  test('is shown it, by setting', async () => {
    assert.equal((await asked(clientOf(files))).kind, 'succeeded');
  });

  test('is not reached without it, or without its authority', async () => {
    const outcome = await asked(clientOf({ caFile: files.caFile })).catch((error) => error);
    assert.ok(outcome instanceof NotSentError || outcome.kind === 'doubtful');
    await assert.rejects(asked(clientOf({})), NotSentError);
  });

  test('files that cannot be used are refused by their setting, without a word of theirs', () => {
    const others = file('other.pem', serverCertificate().key);
    const nonsense = file('nonsense.pem', 'geheim');
    const mistakes: [Partial<typeof files>, RegExp][] = [
      [{ ...files, clientKeyFile: '/nowhere' }, /^clientKeyFile: cannot be read \(ENOENT\)$/],
      [{ ...files, clientKeyFile: others }, /^clientKeyFile: cannot be used \(.*MISMATCH\)$/],
      [{ ...files, clientCertificateFile: nonsense }, /^clientCertificateFile: cannot be used/],
      [{ caFile: nonsense }, /^caFile: holds no certificate in PEM$/],
    ];
    for (const [overrides, said] of mistakes)
      assert.throws(() => clientOf(overrides), { message: said });
    assert.throws(() => clientOf({ clientKeyFile: files.clientKeyFile }), /both or none/);
  });
});
