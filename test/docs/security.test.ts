import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type ComposeFileName, readCompose } from '../setting/compose-file.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(file('SECURITY.md'), 'utf8');
const section = (title: string) => page.split(/^## /m).find((each) => each.startsWith(title)) ?? '';
const FILES: readonly ComposeFileName[] = [
  'docker-compose.yml',
  'docker-compose.tls.yml',
  'docker-compose.cloud.yml',
  'docker-compose.events.yml',
];
const VARIABLES = {
  EVENTS_URL: 'x',
  DOKU_CLIENT_ID: 'x',
  TEMPORAL_ADDRESS: 'x',
  TEMPORAL_NAMESPACE: 'x',
};

describe('SECURITY.md', () => {
  test('says how to report, who could do what, and when to change which key', () => {
    for (const title of ['Reporting', 'Who could, and what stops them', 'Keys, and when to'])
      assert.ok(section(title).length > 300, title);
  });

  test('has when and how for every secret that a site is given, and for no other', () => {
    const given = FILES.flatMap((name) => Object.keys(readCompose(name, VARIABLES).secrets));
    const rows = section('Keys')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(named.sort(), given.sort());
    for (const row of rows) {
      const [, , use, when, how] = row.split('|').map((cell) => cell.trim());
      assert.ok(use && when && how, row);
    }
  });

  test('names files that are there', () => {
    const named = [...page.matchAll(/[`( ]((?:deploy\/|docs\/|docker-)[\w./-]+\.(?:yml|sh|md))/g)];
    assert.ok(named.length > 5);
    for (const [, path = ''] of named) assert.ok(existsSync(file(path)), path);
    for (const [, component = ''] of page.matchAll(/component\s+`([\w-]+)`/g))
      assert.ok(existsSync(file(`deploy/kubernetes/${component}/kustomization.yaml`)), component);
  });
});
