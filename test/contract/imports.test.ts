import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CONTRACT = fileURLToPath(new URL('../../contract', import.meta.url));

describe('the contract stands on its own', () => {
  for (const file of readdirSync(CONTRACT)) {
    test(`${file} imports zod and its own files only`, () => {
      const text = readFileSync(path.join(CONTRACT, file), 'utf8');
      const sources = [...text.matchAll(/(?:\bfrom|\bimport\(?|\brequire\()\s*'([^'\n]+)'/g)];
      const foreign = sources.filter(
        ([, source]) => !/^(?:zod|\.\/[a-z-]+\.js)$/.test(source ?? ''),
      );
      assert.deepEqual(foreign, []);
      assert.doesNotMatch(text, /\b(?:process|Buffer|globalThis)\b/);
    });
  }

  test('its index leaves no file out', () => {
    const index = readFileSync(path.join(CONTRACT, 'index.ts'), 'utf8');
    for (const file of readdirSync(CONTRACT)) {
      if (file !== 'index.ts')
        assert.ok(index.includes(`'./${file.replace(/\.ts$/, '.js')}'`), file);
    }
  });
});
