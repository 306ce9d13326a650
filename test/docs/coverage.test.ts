import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { OPERATIONS } from '../../activities/snap/endpoint.js';
import * as workflows from '../../workflows/index.js';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

interface Row {
  readonly group: string;
  readonly call: string;
  readonly cells: readonly string[];
}

function rowsOf(markdown: string): Row[] {
  return markdown
    .split('\n')
    .filter((line) => /^\| (?:\d+|newer) \|/.test(line))
    .map((line) => {
      const [group = '', call = '', ...cells] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { group, call: call.replaceAll('`', ''), cells };
    });
}

const linkIn = (cell: string) => /\[`?(.+?)`?\]\((.+?)\)/.exec(cell)?.slice(1) ?? ['', ''];

describe('every call of DOKU is covered', () => {
  const rows = rowsOf(readFileSync(path.join(DOCS, 'coverage.md'), 'utf8'));

  test('each of the 17 groups and each newer call has its row', () => {
    assert.deepEqual(rows.map(({ call }) => call).sort(), [...OPERATIONS].sort());
    const groups = new Set(rows.map(({ group }) => group));
    for (let group = 1; group <= 17; group++) assert.ok(groups.has(String(group)), `${group}`);
  });

  for (const { call, cells } of rows) {
    test(`${call} links its schema, activity, journey and test`, () => {
      assert.equal(cells.length, 4);
      const files = cells.map((cell) => path.join(DOCS, linkIn(cell)[1] ?? ''));
      for (const file of files) assert.ok(existsSync(file), file);
      const [schema = '', activity = '', , testFile = ''] = files.map((file) =>
        readFileSync(file, 'utf8'),
      );
      assert.match(schema, new RegExp(`operation: '${call}'`));
      assert.match(activity, new RegExp(`async ${linkIn(cells[1] ?? '')[0]}\\(`));
      assert.ok((linkIn(cells[2] ?? '')[0] ?? '') in workflows, `${cells[2]} is a workflow type`);
      assert.match(testFile, /\btest\(/);
    });
  }
});
