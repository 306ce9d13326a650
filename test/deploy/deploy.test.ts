import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { searchAttributes } from '../../contract/search-attributes.js';
import { gatewayConfigurationFrom } from '../../gateway/configuration.js';
import { codecConfigurationFrom } from '../../worker/configuration/codec.js';
import { environmentSchema } from '../../worker/configuration/environment.js';
import { readCompose } from '../setting/compose-file.js';
import { newPayloadKey } from '../setting/payload-keys.js';

const text = (path: string) =>
  readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

interface Kustomization {
  resources: string[];
  components: string[];
  images: { name: string; newTag: string }[];
  configMapGenerator: [Literals, Literals, Literals];
}
interface Literals {
  name: string;
  literals: string[];
}
interface Deployment {
  spec: {
    template: {
      metadata: { labels: Labels };
      spec: {
        automountServiceAccountToken: boolean;
        terminationGracePeriodSeconds: number;
        containers: [Container];
        volumes: [Volume, Volume?];
      };
    };
  };
}
interface Volume {
  name: string;
  secret: { secretName: string; optional?: boolean; items: { key: string; path: string }[] };
}
type Labels = Record<string, string>;
interface Policy {
  kind: string;
  spec: {
    podSelector: { matchLabels: Labels };
    policyTypes: string[];
    ingress?: { from: object[]; ports: { port: string | number }[] }[];
    egress?: { to: { ipBlock?: { cidr: string } }[]; ports: { port: number }[] }[];
  };
}
interface Component {
  kind: string;
  resources?: string[];
  configMapGenerator?: [{ name: string; behavior: string; literals: string[] }];
  patches?: { target: { kind: string; name: string }; patch: string }[];
}
interface VolumeMount {
  name: string;
  mountPath: string;
  subPath?: string;
  readOnly: boolean;
}

interface Container {
  env?: object[];
  securityContext: object;
  image: string;
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  volumeMounts: [VolumeMount, ...VolumeMount[]];
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
  const [config, codecConfig, gatewayConfig] = kustomization.configMapGenerator;
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
        'Deployment',
        'Service',
        'NetworkPolicy',
        'NetworkPolicy',
        'PodDisruptionBudget',
        'HorizontalPodAutoscaler',
        'Deployment',
        'Service',
        'NetworkPolicy',
        'Deployment',
        'Service',
        'PodDisruptionBudget',
        'NetworkPolicy',
      ],
    );
  });

  test('sets what the compose file sets, and nothing that the worker does not know', () => {
    assert.equal(container.envFrom[0].configMapRef.name, config.name);
    const known = new Set(Object.keys(environmentSchema.shape));
    for (const name of Object.keys(variables))
      assert.ok(name.startsWith('TEMPORAL_') || known.has(name.replace(/_FILE$/, '')), name);
    const { worker } = readCompose('docker-compose.yml', { DOKU_CLIENT_ID: 'x' }).services;
    const wanted = worker?.environment ?? {};
    assert.deepEqual(Object.keys(variables).sort(), Object.keys(wanted).sort());
  });

  test('runs the gateway for backends with keys, with no secret of DOKU’s and no way but to Temporal', () => {
    const [gateway, , , policy] = parseAllDocuments(text('kubernetes/gateway.yaml')).map(
      (document) => document.toJS(),
    ) as [Deployment, object, object, Policy];
    const { containers, volumes } = gateway.spec.template.spec;
    const [{ envFrom, ports, readinessProbe, volumeMounts }] = containers;
    assert.equal(envFrom[0].configMapRef.name, gatewayConfig.name);
    const { PAYLOAD_KEYS_FILE, ...given } = variablesOf(gatewayConfig);
    const mounted = volumes[0].secret.items.map(
      ({ path }) => `${volumeMounts[0].mountPath}/${path}`,
    );
    assert.deepEqual(mounted, [PAYLOAD_KEYS_FILE, given.GATEWAY_KEYS_FILE]);
    const settings = gatewayConfigurationFrom({ ...given, PAYLOAD_KEYS: newPayloadKey() });
    assert.equal(ports[0]?.containerPort, settings.GATEWAY_PORT);
    assert.deepEqual(readinessProbe.httpGet, { path: '/health', port: ports[0]?.name });
    const { podSelector, ingress, egress } = policy.spec;
    assert.deepEqual(podSelector.matchLabels, gateway.spec.template.metadata.labels);
    assert.deepEqual(
      [ingress, egress].map((rules) =>
        rules?.map(({ ports: open }) => open.map(({ port }) => port)),
      ),
      [[[ports[0]?.name]], [[53, 53], [7233]]],
    );
  });

  test('runs the codec for the users of an issuer, with the payload keys and no other secret', () => {
    const [codec, , policy] = parseAllDocuments(text('kubernetes/codec.yaml')).map((document) =>
      document.toJS(),
    ) as [Deployment, object, Policy];
    const { containers, volumes } = codec.spec.template.spec;
    const [{ envFrom, ports, readinessProbe, volumeMounts }] = containers;
    assert.equal(envFrom[0].configMapRef.name, codecConfig.name);
    const { PAYLOAD_KEYS_FILE: file = '', ...given } = variablesOf(codecConfig);
    assert.equal(volumes[0].secret.items.length, 1);
    assert.equal(file, `${volumeMounts[0].mountPath}/${volumes[0].secret.items[0]?.key}`);
    const codecConfiguration = codecConfigurationFrom({ ...given, PAYLOAD_KEYS: newPayloadKey() });
    assert.equal(codecConfiguration.CODEC_TOKEN, undefined);
    assert.equal(ports[0]?.containerPort, codecConfiguration.CODEC_PORT);
    assert.deepEqual(readinessProbe.httpGet, { path: '/health', port: ports[0]?.name });
    const { podSelector, ingress, egress } = policy.spec;
    assert.deepEqual(podSelector.matchLabels, codec.spec.template.metadata.labels);
    assert.deepEqual(
      ingress?.map(({ ports: open }) => open.map(({ port }) => port)),
      [[ports[0]?.name]],
    );
    assert.deepEqual(
      egress?.map(({ ports: open }) => open.map(({ port }) => port)),
      [[53, 53], [443]],
    );
  });

  test('mounts the secrets under the names that deploy/sandbox-secrets.sh gives them', () => {
    const mounts: readonly { mountPath: string }[] = container.volumeMounts;
    for (const [name, file] of Object.entries(variables)) {
      if (!name.endsWith('_FILE')) continue;
      const secret = name.replace('_FILE', '').toLowerCase();
      assert.ok(
        mounts.some(({ mountPath }) => file === `${mountPath}/${secret}`),
        name,
      );
      assert.match(text('sandbox-secrets.sh'), new RegExp(`[ >]${secret}$`, 'm'));
    }
  });

  test('brings changed secrets to running workers, and to them no more than theirs', () => {
    assert.equal(container.env, undefined);
    const mounted = container.volumeMounts.flatMap(({ name, mountPath, subPath, readOnly }) => {
      assert.deepEqual([subPath, readOnly], [undefined, true]);
      const volume = pod.volumes.find((other) => other?.name === name);
      return volume?.secret.items.map(({ key, path }) => [key, `${mountPath}/${path}`]) ?? [];
    });
    const named = config.literals.flatMap((line) => /^\w+_FILE=(.*)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(mounted.sort(), named.map((file) => [file.split('/').at(-1), file]).sort());
  });

  test('takes second credentials during a rotation, and starts without any', () => {
    const second = pod.volumes[1]?.secret;
    assert.equal(second?.optional, true);
    assert.equal(second.secretName, pod.volumes[0].secret.secretName);
    assert.ok(second.items.every(({ key }) => key.startsWith('doku_second_')));
    assert.ok(pod.volumes[0].secret.items.every(({ key }) => !key.startsWith('doku_second_')));
  });

  test('gives a worker no privilege, and no way to the cluster’s own API', () => {
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
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

  const [everybody, worker] = parseAllDocuments(text('kubernetes/network.yaml')).map(
    (document) => document.toJS() as Policy,
  ) as [Policy, Policy];
  const portsOf = (rules: readonly { ports: { port: string | number }[] }[] = []) =>
    rules.map(({ ports }) => ports.map(({ port }) => port));

  test('lets nobody near a pod of ours, and none of them out, but where a policy says so', () => {
    const { podSelector, policyTypes, ingress, egress } = everybody.spec;
    assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
    assert.deepEqual([ingress, egress], [undefined, undefined]);
    const { 'app.kubernetes.io/name': name } = deployment.spec.template.metadata.labels;
    assert.deepEqual(podSelector.matchLabels, { 'app.kubernetes.io/name': name });
  });

  test('lets a worker be reached for notifications and metrics, by those who have to', () => {
    const { podSelector, ingress = [] } = worker.spec;
    assert.deepEqual(podSelector.matchLabels, deployment.spec.template.metadata.labels);
    assert.deepEqual(portsOf(ingress), [['notifications'], ['metrics']]);
    for (const { from } of ingress) assert.ok(from.length > 0);
  });

  test('lets a worker reach names, Temporal and, but for networks of one’s own, DOKU', () => {
    const { egress = [] } = worker.spec;
    const temporalPort = Number(variables.TEMPORAL_ADDRESS.split(':')[1]);
    assert.deepEqual(portsOf(egress), [[53, 53], [temporalPort], [443]]);
    const [, temporal, doku] = egress;
    assert.match(
      JSON.stringify(temporal?.to),
      new RegExp(`"${variables.TEMPORAL_ADDRESS.split(/[.:]/)[1]}"`),
    );
    for (const network of [
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '169.254.0.0/16',
      'fc00::/7',
    ])
      assert.ok(JSON.stringify(doku?.to).includes(network), network);
  });

  const component = (name: string) =>
    parse(text(`kubernetes/${name}/kustomization.yaml`)) as Component;

  test('has the Prometheus Operator collect the metrics', () => {
    assert.deepEqual(kustomization.components, ['pod-monitor']);
    assert.deepEqual(component('pod-monitor').resources, ['worker.yaml']);
    const { kind, spec } = parse(text('kubernetes/pod-monitor/worker.yaml'));
    assert.equal(kind, 'PodMonitor');
    assert.deepEqual(spec.selector.matchLabels, deployment.spec.template.metadata.labels);
    assert.ok(container.ports.some(({ name }) => name === spec.podMetricsEndpoints[0].port));
  });

  const secretsOf = {
    events: ['events_secret', 'events_second_secret'],
    'temporal-api-key': ['temporal_api_key'],
    'temporal-certificates': [
      'temporal_ca_certificate',
      'temporal_client_certificate',
      'temporal_client_key',
    ],
  };
  /** Those of a rotation may be missing, and have a volume of their own. */
  const volumeOf = (secret: string) => (secret.includes('_second_') ? 1 : 0);
  for (const [name, secrets] of Object.entries(secretsOf)) {
    test(`${name} mounts what its variables name`, () => {
      const { kind, configMapGenerator, patches = [] } = component(name);
      assert.equal(kind, 'Component');
      const [{ name: map, behavior, literals }] =
        configMapGenerator ?? ([{ literals: [] }] as never);
      assert.deepEqual([map, behavior], [config.name, 'merge']);
      const files = literals.map((line: string) => line.split('=')[1]);
      assert.deepEqual(
        files,
        secrets.map((secret) => `${container.volumeMounts[volumeOf(secret)]?.mountPath}/${secret}`),
      );
      const [deploy] = patches;
      assert.equal(deploy?.target.kind, 'Deployment');
      const added = parse(deploy?.patch ?? '') as {
        path: string;
        value: { key: string; path: string };
      }[];
      assert.deepEqual(
        added.map(({ path }) => path),
        secrets.map((secret) => `/spec/template/spec/volumes/${volumeOf(secret)}/secret/items/-`),
      );
      assert.deepEqual(
        added.map(({ value }) => value),
        secrets.map((secret) => ({ key: secret, path: secret })),
      );
    });
  }

  test('lets workers out to a Temporal on the Internet where they have its API key', () => {
    const [, { target, patch } = { target: {}, patch: '' }] =
      component('temporal-api-key').patches ?? [];
    assert.deepEqual(target, { kind: 'NetworkPolicy', name: 'doku-journeys-worker' });
    const [{ path }] = parse(patch);
    const rule = worker.spec.egress?.[Number(/^\/spec\/egress\/(\d)\/ports\/-$/.exec(path)?.[1])];
    assert.equal(rule?.to[0]?.ipBlock?.cidr, '0.0.0.0/0');
  });

  test('ships the version of the package', () => {
    const { version } = JSON.parse(text('../package.json'));
    assert.deepEqual(
      kustomization.images.map(({ name, newTag }) => [name, newTag]),
      [[container.image, version]],
    );
  });
});
