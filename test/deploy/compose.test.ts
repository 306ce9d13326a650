import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { codecEnvironmentSchema } from '../../worker/configuration/codec.js';
import { environmentSchema } from '../../worker/configuration/environment.js';
import { imageVersion, readCompose } from '../setting/compose-file.js';

const VARIABLES = { POSTGRES_PASSWORD: 'secret', DOKU_CLIENT_ID: 'BRN-1' };
const site = readCompose('docker-compose.yml', VARIABLES);
const sandbox = readCompose('docker-compose.sandbox.yml', VARIABLES);
const services = Object.entries({ ...sandbox.services, ...site.services });
const secondsOf = (duration = '') => Number(/^(\d+)s$/.exec(duration)?.[1]);

describe('docker-compose.yml', () => {
  test('has PostgreSQL, Temporal on it with its set-up, its UI, a worker and the codec', () => {
    const names = ['postgresql', 'schema', 'temporal', 'namespace', 'temporal-ui', 'worker'];
    assert.deepEqual(Object.keys(site.services), [...names, 'codec']);
    assert.deepEqual(Object.keys(sandbox.services), ['sandbox', 'worker']);
  });

  test('pins every image to a version, and Temporal’s own to one', () => {
    const pulled = services.filter(([, { image }]) => image && image !== 'doku-journeys');
    for (const [name, service] of pulled) assert.match(imageVersion(service), /^\d+\.\d+/, name);
    const { schema = {}, temporal = {}, namespace = {} } = site.services;
    assert.equal(new Set([schema, temporal, namespace].map(imageVersion)).size, 1);
  });

  test('asks for what has no default', () => {
    assert.throws(() => readCompose('docker-compose.yml', {}), /POSTGRES_PASSWORD: set/);
  });

  test('checks the health of everything that stays up, and waits for it', () => {
    for (const [name, service] of services) {
      if (service.restart === 'unless-stopped') assert.ok(service.healthcheck?.test.length, name);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const { restart } = site.services[other] ?? sandbox.services[other] ?? {};
        const awaited = restart === 'unless-stopped' ? 'healthy' : 'completed_successfully';
        assert.equal(condition, `service_${awaited}`, `${name} waits for ${other}`);
      }
    }
  });

  test('sets only variables that the worker knows, and lets it finish before it is killed', () => {
    const known = new Set(Object.keys(environmentSchema.shape));
    const { environment = {}, stop_grace_period } = site.services.worker ?? {};
    for (const name of Object.keys(environment)) {
      assert.ok(name.startsWith('TEMPORAL_') || known.has(name.replace(/_FILE$/, '')), name);
    }
    assert.ok(secondsOf(stop_grace_period) * 1_000 > Number(environment.SHUTDOWN_GRACE_MS));
  });

  test('has the codec ask who reads, for the UI, with the payload keys and no other secret', () => {
    const { codec = {}, 'temporal-ui': ui = {} } = site.services;
    const { environment = {}, ports, secrets } = codec;
    const known = new Set([...Object.keys(codecEnvironmentSchema.shape), 'PAYLOAD_KEYS']);
    for (const name of Object.keys(environment))
      assert.ok(known.has(name.replace(/_FILE$/, '')), name);
    assert.deepEqual(secrets, ['codec_token', 'payload_keys']);
    const port = environment.CODEC_PORT;
    assert.deepEqual(ports, [`127.0.0.1:${port}:${port}`]);
    assert.equal(ui.environment?.TEMPORAL_CODEC_ENDPOINT, `http://localhost:${port}`);
    const [origin = ''] = /:\d+/.exec(ui.ports?.[0] ?? '') ?? [];
    assert.equal(environment.CODEC_ALLOWED_ORIGINS, `http://localhost${origin}`);
    const script = readFileSync(
      new URL('../../deploy/sandbox-secrets.sh', import.meta.url),
      'utf8',
    );
    assert.match(script, /> ?codec_token$/m);
  });

  test('gives each service the secrets that its variables name', () => {
    const files = new Set([...Object.keys(site.secrets), ...Object.keys(sandbox.secrets)]);
    for (const [name, { environment = {}, secrets = [] }] of services) {
      const named = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
      assert.deepEqual(named.map((value) => value.slice(13)).sort(), [...secrets].sort(), name);
      for (const secret of secrets) assert.ok(files.has(secret), secret);
    }
  });

  test('publishes ports to this machine only', () => {
    for (const [name, { ports }] of services)
      for (const port of ports ?? []) assert.match(port, /^127\.0\.0\.1:/, name);
  });
});

describe('docker-compose.sandbox.yml', () => {
  const { sandbox: doku = {}, worker = {} } = sandbox.services;

  test('has the worker share the sandbox’s loopback, and publishes the worker’s ports there', () => {
    assert.equal(worker.network_mode, 'service:sandbox');
    assert.deepEqual(worker.ports, []);
    assert.match(worker.environment?.DOKU_BASE_URL ?? '', /^http:\/\/127\.0\.0\.1:/);
    for (const port of site.services.worker?.ports ?? []) assert.ok(doku.ports?.includes(port));
  });
});
