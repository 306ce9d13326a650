import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { searchAttributes } from '../../contract/search-attributes.js';
import { codecConfigurationFrom } from '../../worker/configuration/codec.js';
import { environmentSchema } from '../../worker/configuration/environment.js';
import { readCompose } from '../setting/compose-file.js';
import { newPayloadKey } from '../setting/payload-keys.js';

const text = (path: string) =>
  readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

interface Kustomization {
  resources: string[];
  images: { name: string; newTag: string }[];
  configMapGenerator: [Literals, Literals];
}
interface Literals {
  name: string;
  literals: string[];
}
interface Deployment {
  spec: { template: { spec: Pod } };
}
interface Pod {
  terminationGracePeriodSeconds: number;
  containers: [Container];
  volumes: [{ secret: { items?: { key: string }[] } }];
}
interface Container {
  image: string;
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  volumeMounts: [{ mountPath: string }];
  envFrom: [{ configMapRef: { name: string } }];
}
interface Probe {
  httpGet: { path: string; port: string };
}

test('deploy/temporal registers every search attribute', () => {
  for (const { name } of Object.values(searchAttributes))
    assert.ok(text('temporal/namespace.sh').includes(`--name ${name} --type Keyword`), name);
});

describe('deploy/kubernetes', () => {
  const kustomization = parse(text('kubernetes/kustomization.yaml')) as Kustomization;
  const [deployment] = parseAllDocuments(text('kubernetes/worker.yaml')).map(
    (document) => document.toJS() as Deployment,
  ) as [Deployment];
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;
  const [config, codecConfig] = kustomization.configMapGenerator;
  const variablesOf = ({ literals }: Literals) =>
    Object.fromEntries(literals.map((line) => line.split('=', 2)));
  const variables = variablesOf(config);

  test('holds resources that parse, each of a kind of its own', () => {
    const documents = kustomization.resources.flatMap((file) =>
      parseAllDocuments(text(`kubernetes/${file}`)),
    );
    for (const { errors } of documents) assert.deepEqual(errors, []);
    assert.deepEqual(
      documents.map((document) => document.toJS().kind),
      [
        ...['Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'],
        ...['Deployment', 'Service'],
      ],
    );
  });

  test('sets what the compose file sets, and nothing that the worker does not know', () => {
    assert.equal(container.envFrom[0].configMapRef.name, config.name);
    const known = new Set(Object.keys(environmentSchema.shape));
    for (const name of Object.keys(variables))
      assert.ok(name.startsWith('TEMPORAL_') || known.has(name.replace(/_FILE$/, '')), name);
    const needed = { POSTGRES_PASSWORD: 'x', DOKU_CLIENT_ID: 'x' };
    const { worker } = readCompose('docker-compose.yml', needed).services;
    const wanted = worker?.environment ?? {};
    assert.deepEqual(Object.keys(variables).sort(), Object.keys(wanted).sort());
  });

  test('runs the codec for the users of an issuer, with the payload keys and no other secret', () => {
    const [codec] = parseAllDocuments(text('kubernetes/codec.yaml')).map(
      (document) => document.toJS() as Deployment,
    ) as [Deployment];
    const { containers, volumes } = codec.spec.template.spec;
    const [{ envFrom, ports, readinessProbe, volumeMounts }] = containers;
    assert.equal(envFrom[0].configMapRef.name, codecConfig.name);
    const { PAYLOAD_KEYS_FILE: file = '', ...given } = variablesOf(codecConfig);
    const [key] = volumes[0].secret.items ?? [];
    assert.deepEqual(volumes[0].secret.items?.length, 1);
    assert.equal(file, `${volumeMounts[0].mountPath}/${key?.key}`);
    const codecConfiguration = codecConfigurationFrom({ ...given, PAYLOAD_KEYS: newPayloadKey() });
    assert.equal(codecConfiguration.CODEC_TOKEN, undefined);
    assert.equal(ports[0]?.containerPort, codecConfiguration.CODEC_PORT);
    assert.deepEqual(readinessProbe.httpGet, { path: '/health', port: ports[0]?.name });
  });

  test('mounts the secrets under the names that deploy/sandbox-secrets.sh gives them', () => {
    for (const [name, file] of Object.entries(variables)) {
      if (!name.endsWith('_FILE')) continue;
      const secret = name.replace('_FILE', '').toLowerCase();
      assert.equal(file, `${container.volumeMounts[0].mountPath}/${secret}`);
      assert.match(text('sandbox-secrets.sh'), new RegExp(`[ >]${secret}$`, 'm'));
    }
  });

  test('probes the worker’s own endpoints, and lets it finish before it is killed', () => {
    const ports = Object.fromEntries(
      container.ports.map(({ name, containerPort }) => [name, String(containerPort)]),
    );
    const { HEALTH_PORT, NOTIFICATIONS_PORT, METRICS_ADDRESS, SHUTDOWN_GRACE_MS } = variables;
    assert.deepEqual(ports, {
      health: HEALTH_PORT,
      notifications: NOTIFICATIONS_PORT,
      metrics: METRICS_ADDRESS.split(':')[1],
    });
    for (const probe of [container.startupProbe, container.readinessProbe])
      assert.deepEqual(probe.httpGet, { path: '/ready', port: 'health' });
    assert.deepEqual(container.livenessProbe.httpGet, { path: '/health', port: 'health' });
    assert.ok(pod.terminationGracePeriodSeconds * 1_000 > Number(SHUTDOWN_GRACE_MS));
  });

  test('ships the version of the package', () => {
    const { version } = JSON.parse(text('../package.json'));
    assert.deepEqual(
      kustomization.images.map(({ name, newTag }) => [name, newTag]),
      [[container.image, version]],
    );
  });
});
