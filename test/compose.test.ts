import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { environmentSchema } from '../worker/configuration.js';
import { searchAttributes } from '../workflows/search-attributes.js';

interface Service {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  restart?: string;
}

const compose = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8'), {
  merge: true,
}) as {
  services: Record<string, Service>;
};
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  test('has PostgreSQL, Temporal on it, its UI, a worker and the sandbox', () => {
    for (const name of ['postgresql', 'temporal', 'temporal-ui', 'worker', 'sandbox'])
      assert.ok(compose.services[name], name);
    assert.equal(compose.services.temporal?.environment?.POSTGRES_SEEDS, 'postgresql');
  });

  test('pins every image to a version', () => {
    for (const [name, { image }] of services) if (image) assert.match(image, /:\d+\.\d+/, name);
  });

  test('checks the health of everything that stays up, and waits for it', () => {
    for (const [name, service] of services) {
      if (service.restart !== 'no') assert.ok(service.healthcheck?.test.length, name);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        assert.ok(compose.services[other], `${name} waits for ${other}`);
        assert.match(condition, /^service_(?:healthy|completed_successfully)$/);
      }
    }
  });

  test('sets only variables that the worker knows', () => {
    const known = new Set(Object.keys(environmentSchema.shape));
    for (const name of Object.keys(compose.services.worker?.environment ?? {})) {
      assert.ok(name.startsWith('TEMPORAL_') || known.has(name.replace(/_FILE$/, '')), name);
    }
  });

  test('registers every search attribute', () => {
    const command = compose.services['search-attributes']?.command ?? [];
    for (const { name } of Object.values(searchAttributes))
      assert.ok(command.includes(`--name=${name}`), name);
  });

  test('publishes ports to this machine only', () => {
    for (const [name, { ports }] of services)
      for (const port of ports ?? []) assert.match(port, /^127\.0\.0\.1:/, name);
  });
});
