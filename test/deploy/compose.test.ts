import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gatewayEnvironmentSchema } from '../../gateway/configuration.js';
import { codecEnvironmentSchema } from '../../worker/configuration/codec.js';
import { environmentSchema } from '../../worker/configuration/environment.js';
import { type ComposeService, imageVersion, readCompose } from '../setting/compose-file.js';

const VARIABLES = {
  DOKU_CLIENT_ID: 'BRN-1',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_NAMESPACE: 'doku',
};
const site = readCompose('docker-compose.yml', VARIABLES);
const sandbox = readCompose('docker-compose.sandbox.yml', VARIABLES);
const tls = readCompose('docker-compose.tls.yml', VARIABLES);
const cloud = readCompose('docker-compose.cloud.yml', VARIABLES);
const services = Object.entries({ ...sandbox.services, ...site.services });
const secondsOf = (duration = '') => Number(/^(\d+)s$/.exec(duration)?.[1]);
const on = (network: string) =>
  services.filter(([, { networks }]) => networks?.includes(network)).map(([name]) => name);

describe('docker-compose.yml', () => {
  test('has PostgreSQL, Temporal on it with its set-up, its UI, a worker, the gateway and the codec', () => {
    const names = ['postgresql', 'schema', 'temporal', 'namespace', 'temporal-ui', 'worker'];
    assert.deepEqual(Object.keys(site.services), [...names, 'gateway', 'codec']);
    assert.deepEqual(Object.keys(sandbox.services), ['sandbox', 'worker']);
  });

  test('pins every image to a version, and Temporal’s own to one', () => {
    const pulled = services.filter(([, { image, build }]) => image && !build);
    for (const [name, service] of pulled) assert.match(imageVersion(service), /^\d+\.\d+/, name);
    const { schema = {}, temporal = {}, namespace = {} } = site.services;
    assert.equal(new Set([schema, temporal, namespace].map(imageVersion)).size, 1);
  });

  test('asks for what has no default', () => {
    assert.throws(() => readCompose('docker-compose.yml', {}), /DOKU_CLIENT_ID: set/);
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
});

describe('no container is given more than it needs', () => {
  for (const [name, service] of services) {
    test(`${name} writes nowhere, gains nothing and fills nothing`, () => {
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ['ALL']);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
      assert.equal(service.cap_add ?? service.privileged, undefined);
      for (const limit of [service.pids_limit, service.mem_limit, service.cpus]) assert.ok(limit);
      const { driver, options } = service.logging ?? {};
      assert.equal(driver, 'json-file');
      assert.ok(options?.['max-size'] && Number(options['max-file']) > 1);
    });
  }

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

  test('has the gateway ask who calls, with the payload keys and no secret of DOKU’s', () => {
    const { environment = {}, ports, secrets } = site.services.gateway ?? {};
    const known = new Set([...Object.keys(gatewayEnvironmentSchema.shape), 'PAYLOAD_KEYS_FILE']);
    for (const name of Object.keys(environment))
      assert.ok(name.startsWith('TEMPORAL_') || known.has(name), name);
    assert.deepEqual(secrets, ['gateway_keys', 'payload_keys']);
    assert.deepEqual(ports, [`127.0.0.1:${environment.GATEWAY_PORT}:${environment.GATEWAY_PORT}`]);
  });

  test('publishes ports to this machine only', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    assert.ok(published.length > 0);
    for (const port of published) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
  });

  test('keeps the database to Temporal, and Temporal to those who talk to it', () => {
    assert.deepEqual(on('database'), ['postgresql', 'schema', 'temporal']);
    assert.deepEqual(on('temporal').sort(), [
      'gateway',
      'namespace',
      'sandbox',
      'temporal',
      'temporal-ui',
      'worker',
    ]);
    for (const network of ['database', 'temporal'])
      assert.equal(site.networks?.[network]?.internal, true, network);
    assert.deepEqual(on('default'), []);
    for (const [name, { networks, network_mode }] of services)
      assert.ok(networks ?? network_mode, name);
  });

  test('lets nothing out to the Internet but what calls DOKU', () => {
    const isClosed = (network: string) => {
      const { internal, driver_opts = {} } = site.networks?.[network] ?? {};
      return internal || driver_opts['com.docker.network.bridge.enable_ip_masquerade'] === 'false';
    };
    const isOut = ([, { networks = [] }]: (typeof services)[number]) => !networks.every(isClosed);
    assert.deepEqual(
      services.filter(isOut).map(([name]) => name),
      ['sandbox', 'worker'],
    );
  });
});

/** Variables that hold a secret, by any program's name for it. */
/** Whether the UI passes tokens on. */
const IS_NO_SECRET = new Set(['TEMPORAL_CODEC_PASS_ACCESS_TOKEN']);
const SECRET = /PASSWORD|PWD|SECRET|PRIVATE|API_KEY|PAYLOAD_KEYS|TOKEN$|_KEY$/;

describe('secrets are files', () => {
  const all = [site, sandbox, tls, cloud];
  const parts = all.flatMap((file) => Object.entries(file.services));
  const files = new Set(all.flatMap((file) => Object.keys(file.secrets)));
  const fileOf = (value: string) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];

  test('no variable holds one', () => {
    for (const [name, { environment = {} }] of parts)
      for (const [variable, value] of Object.entries(environment))
        if (SECRET.test(variable) && !IS_NO_SECRET.has(variable))
          assert.ok(fileOf(value), `${name}: ${variable}`);
  });

  test('each part has those that its variables name, and no other', () => {
    for (const [name, { environment = {}, secrets = [] }] of parts) {
      const named = new Set(Object.values(environment).flatMap((value) => fileOf(value) ?? []));
      assert.deepEqual([...named].sort(), [...secrets].sort(), name);
      for (const secret of secrets) assert.ok(files.has(secret), secret);
    }
  });

  test('no file of the checkout is one', () => {
    for (const { secrets } of all)
      for (const [name, { file }] of Object.entries(secrets))
        assert.equal(file, `./.local/secrets/${name}`);
  });
});

describe('docker-compose.sandbox.yml', () => {
  const { sandbox: doku = {}, worker = {} } = sandbox.services;

  test('has the worker share the sandbox’s loopback, and publishes the worker’s ports there', () => {
    assert.equal(worker.network_mode, 'service:sandbox');
    assert.deepEqual([worker.ports, worker.networks], [[], []]);
    assert.deepEqual(doku.networks, site.services.worker?.networks);
    assert.match(worker.environment?.DOKU_BASE_URL ?? '', /^http:\/\/127\.0\.0\.1:/);
    for (const port of site.services.worker?.ports ?? []) assert.ok(doku.ports?.includes(port));
  });

  test('is an image of its own', () => {
    assert.equal(doku.build?.target, 'sandbox');
    assert.equal(site.services.worker?.build?.target, 'production');
    assert.notEqual(doku.image, site.services.worker?.image);
  });
});

describe('docker-compose.tls.yml', () => {
  const { temporal, ...clients } = tls.services;
  const valuesOf = (service?: ComposeService) => Object.values(service?.environment ?? {});

  test('gives a certificate to all who talk to Temporal', () => {
    const talking = Object.keys(site.services).filter((name) => on('temporal').includes(name));
    assert.deepEqual(Object.keys(tls.services), talking);
    for (const [name, service] of Object.entries(clients))
      for (const file of [
        'temporal_ca_certificate',
        'temporal_client_certificate',
        'temporal_client_key',
      ])
        assert.ok(valuesOf(service).includes(`/run/secrets/${file}`), `${name}: ${file}`);
  });

  test('has Temporal ask for one, and keep its own key to itself', () => {
    assert.equal(temporal?.environment?.TEMPORAL_TLS_REQUIRE_CLIENT_AUTH, 'true');
    for (const [name, service] of Object.entries(clients))
      assert.ok(!valuesOf(service).includes('/run/secrets/temporal_server_key'), name);
  });
});

test('docker-compose.cloud.yml needs no Temporal of this site', () => {
  assert.deepEqual(Object.keys(cloud.services), ['worker', 'gateway']);
  for (const { depends_on } of Object.values(cloud.services)) assert.deepEqual(depends_on, {});
});
