import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  billOfMaterials,
  licenceOf,
  licenceTexts,
  refused,
} from '../../../deploy/image/bill-of-materials.mjs';

interface Component {
  name: string;
  version: string;
  hashes: object[];
  licenses?: object[];
}
interface Installed {
  version: string;
  dev?: boolean;
  optional?: boolean;
}

const json = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'));
const manifest = json('package.json');

describe('the bill of materials', () => {
  // As the image's build has it, which has npm leave development out of what it lists.
  process.env.NODE_ENV = 'production';
  const bill = billOfMaterials() as { components: Component[]; metadata: object };

  test('has every package of production and none of development, with its digest', () => {
    const { packages } = json('package-lock.json') as { packages: Record<string, Installed> };
    const named = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const nameOf = (place: string) => place.split('node_modules/').at(-1) ?? '';
    // One of development may also be one of production's, of the same version in another place.
    const shipped = new Set(
      Object.entries(packages).flatMap(([place, { version, dev }]) =>
        dev ? [] : [`${nameOf(place)}@${version}`],
      ),
    );
    for (const [place, { version, dev, optional }] of Object.entries(packages)) {
      const name = nameOf(place);
      // Those of other platforms are not installed.
      if (name === '' || (optional && !dev)) continue;
      if (!dev) assert.ok(named.has(`${name}@${version}`), `${name} is missing`);
      if (dev && !optional && !shipped.has(`${name}@${version}`))
        assert.ok(!named.has(`${name}@${version}`), `${name} is of development`);
    }
    for (const { name, hashes } of bill.components) assert.ok(hashes.length > 0, name);
  });

  test('is about this product, wherever and whenever it is made', () => {
    assert.match(JSON.stringify(bill.metadata), /"name":"doku-journeys"/);
    assert.doesNotMatch(JSON.stringify(bill.metadata), /timestamp/);
    assert.equal('serialNumber' in bill, false);
  });

  test('knows every licence as one that we may ship', () => {
    assert.deepEqual(refused(bill.components), []);
  });

  test('refuses what may not be shipped, and what names no licence', () => {
    const strict = {
      name: 'strict',
      version: '1.0.0',
      licenses: [{ license: { id: 'AGPL-3.0' } }],
    };
    const silent = { name: 'silent', version: '2.0.0' };
    assert.deepEqual(refused([strict, silent]), ['strict@1.0.0: AGPL-3.0', 'silent@2.0.0: none']);
    assert.equal(
      licenceOf({ name: 'both', licenses: [{ expression: 'MIT OR ISC' }] }),
      'MIT OR ISC',
    );
  });

  test('passes the licences’ texts on', () => {
    const fastify = bill.components.filter(({ name }) => name === 'fastify');
    assert.match(
      licenceTexts(fastify),
      /^fastify \d+\.\d+\.\d+: MIT\n(?:.*\n)+Permission is hereby granted/,
    );
  });
});

test('every package that is held at another version than wanted has a reason beside it', () => {
  const names = Object.keys(manifest.overrides ?? {});
  assert.deepEqual(Object.keys(manifest['//overrides'] ?? {}), names);
  for (const name of names) assert.match(manifest['//overrides'][name], /\w+ \w+ \w+/, name);
});
