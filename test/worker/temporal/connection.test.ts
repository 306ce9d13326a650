import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { followApiKey } from '../../../worker/temporal/api-key.js';
import { connectToTemporal } from '../../../worker/temporal/connection.js';
import { temporalSettingsFrom } from '../../../worker/temporal/environment.js';
import { serverCertificate } from '../../setting/certificates.js';
import { eventually } from '../../setting/shop.js';

const folder = mkdtempSync(path.join(tmpdir(), 'doku-connection-'));
const write = (name: string, text: string) => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

/** Speaks as much gRPC as a connection needs to be made, to those with a certificate of its authority. */
async function startFrontend() {
  const { ca, cert, key } = serverCertificate();
  const server = http2.createSecureServer({ ca, cert, key, requestCert: true });
  const authorizations: (string | undefined)[] = [];
  server.on('stream', (stream, { authorization }) => {
    authorizations.push(authorization);
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // An empty message: not compressed, no bytes.
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    authorizations,
    close: () => server.close(),
    variables: {
      TEMPORAL_ADDRESS: `localhost:${port}`,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: write('ca', ca),
    },
    certificate: {
      TEMPORAL_TLS_CLIENT_CERT_PATH: write('certificate', cert),
      TEMPORAL_TLS_CLIENT_KEY_PATH: write('key', key),
    },
  };
}

describe('the way to Temporal', async () => {
  const frontend = await startFrontend();
  after(() => {
    frontend.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows the certificate that the variables name', async () => {
    const { close } = await connectToTemporal({ ...frontend.variables, ...frontend.certificate });
    await close();
  });

  test('is closed to those without one', async () => {
    await assert.rejects(connectToTemporal(frontend.variables), /does not answer at localhost/);
  });

  test('takes the API key from a file', async () => {
    const TEMPORAL_API_KEY_FILE = write('api-key', 'first-key\n');
    const { variables, certificate, authorizations } = frontend;
    const { close } = await connectToTemporal({
      ...variables,
      ...certificate,
      TEMPORAL_API_KEY_FILE,
    });
    await close();
    assert.equal(authorizations.at(-1), 'Bearer first-key');
  });

  test('is encrypted with an API key, and not because of an empty one', () => {
    const { connectionOptions } = temporalSettingsFrom({
      TEMPORAL_API_KEY_FILE: write('one', 'key'),
    });
    assert.equal(connectionOptions.tls, true);
    assert.equal(temporalSettingsFrom({ TEMPORAL_API_KEY: '' }).connectionOptions.tls, undefined);
  });

  const wrong = {
    'TEMPORAL_API_KEY_FILE: cannot be read': { TEMPORAL_API_KEY_FILE: '/nowhere' },
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH: cannot be read': {
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere',
    },
    'TEMPORAL_TLS_CLIENT_CERT_PATH: is of no use without TEMPORAL_TLS_CLIENT_KEY_PATH': {
      ...frontend.certificate,
      TEMPORAL_TLS_CLIENT_KEY_PATH: '',
    },
    'TEMPORAL_TLS_CLIENT_KEY_DATA: must be a private key, not encrypted, in PEM': {
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'a key',
    },
  };
  for (const [message, variables] of Object.entries(wrong)) {
    test(`says “${message}”`, () => {
      assert.throws(() => temporalSettingsFrom(variables), { name: 'RangeError', message });
    });
  }
});

test('an API key that its platform renews is taken over, and its absence meanwhile is not', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'doku-api-key-')), 'api-key');
  const given: string[] = [];
  const setApiKey = async (key: string) => void given.push(key);
  const stop = followApiKey({ setApiKey }, file, 5);
  const isGiven = (keys: string) =>
    eventually(
      async () => given.join(),
      (all) => all === keys,
    );
  writeFileSync(file, 'first\n');
  await isGiven('first');
  writeFileSync(file, '');
  writeFileSync(file, 'second');
  await isGiven('first,second');
  stop();
  rmSync(path.dirname(file), { recursive: true });
});
