import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCompose } from '../setting/compose-file.js';

const SCRIPT = fileURLToPath(new URL('../../deploy/temporal/certificates.sh', import.meta.url));
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

describe('deploy/temporal/certificates.sh', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'doku-certificates-'));
  const folder = path.join(parent, 'secrets');
  after(() => rmSync(parent, { recursive: true, force: true }));
  const make = () => execFileSync('sh', [SCRIPT, folder], { stdio: 'pipe' });
  make();
  const certificate = (name: string) =>
    new X509Certificate(readFileSync(path.join(folder, `temporal_${name}_certificate`)));
  const [authority, server, client] = ['ca', 'server', 'client'].map(certificate) as [
    X509Certificate,
    X509Certificate,
    X509Certificate,
  ];

  test('makes the secrets of docker-compose.tls.yml, and keeps nothing that could make more', () => {
    const { secrets } = readCompose('docker-compose.tls.yml', {});
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(secrets).sort());
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test('has one authority that signs both certificates, and they nothing', () => {
    assert.equal(authority.ca, true);
    for (const signed of [server, client]) {
      assert.ok(signed.verify(authority.publicKey));
      assert.equal(signed.ca, false);
    }
  });

  test('names the server by what the others call it, and lets its parts call each other', () => {
    for (const name of ['temporal', 'localhost']) assert.equal(server.checkHost(name), name);
    assert.equal(server.checkIP('127.0.0.1'), '127.0.0.1');
    assert.deepEqual(server.keyUsage, [SERVER_AUTH, CLIENT_AUTH]);
  });

  test('makes of a client no server', () => {
    assert.deepEqual(client.keyUsage, [CLIENT_AUTH]);
    assert.equal(client.checkHost('temporal'), undefined);
  });

  test('overwrites none', () => {
    assert.throws(make, /has certificates already/);
    assert.equal(certificate('ca').fingerprint256, authority.fingerprint256);
  });
});
