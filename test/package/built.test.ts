import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { builtProduct } from '../../bench/build.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
type EntryPoint = Record<'import' | 'require', { default: string }>;

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | EntryPoint>;
};
const ENTRY_POINTS = Object.entries(manifest.exports).filter(
  (entry): entry is [string, EntryPoint] => typeof entry[1] === 'object',
);

describe('the package as `npm run build` leaves it', () => {
  before(() => builtProduct());

  for (const [name, { import: esm, require: commonJs }] of ENTRY_POINTS) {
    test(`exports in ${name} what its source does, to import and to require`, async () => {
      const source = esm.default.replace('/dist/', '/').replace(/\.js$/, '.ts');
      const at = (file: string) => pathToFileURL(path.join(ROOT, file)).href;
      const built = await import(at(esm.default));
      const written = await tsImport(at(source), import.meta.url);
      const required = createRequire(import.meta.url)(path.join(ROOT, commonJs.default));
      assert.deepEqual(Object.keys(built), Object.keys(written));
      assert.deepEqual(Object.keys(required).sort(), Object.keys(written).sort());
      assert.ok(Object.keys(built).length > 0);
    });
  }

  test('finds the files that Temporal loads by their place', async () => {
    const { import: esm, require: commonJs } = new Map(ENTRY_POINTS).get('./encryption') ?? {};
    for (const entry of [esm, commonJs]) {
      const file = pathToFileURL(path.join(ROOT, entry?.default ?? '')).href;
      const { createDataConverter, payloadKeysOf } = await import(file);
      const keys = payloadKeysOf(`one:${Buffer.alloc(32, 1).toString('base64')}`);
      const { failureConverterPath } = createDataConverter(keys);
      assert.match(readFileSync(failureConverterPath, 'utf8'), /encodeCommonAttributes/);
    }
  });
});
