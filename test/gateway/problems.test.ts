import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as client from '../../client/index.js';
import { errorTypeSchema } from '../../contract/errors.js';
import { PROBLEMS } from '../../gateway/problems/table.js';

const names = Object.keys(PROBLEMS);

describe('the table of errors', () => {
  test('has every error type of the workflows', () => {
    assert.deepEqual(
      errorTypeSchema.options.filter((type) => !names.includes(type)),
      [],
    );
  });

  test("has every class of the client's errors", () => {
    const classes = Object.keys(client).filter(
      (name) => name.endsWith('Error') && name !== 'DokuJourneysError',
    );
    assert.ok(classes.length > 7);
    assert.deepEqual(
      classes.filter((name) => !names.includes(name.replace(/Error$/, ''))),
      [],
    );
  });

  test('is in the docs, as it is', () => {
    const docs = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
    const rows = [...docs.matchAll(/^\| `(\w+)` \| (\d{3}) \| (.*?) \| (.*?) \| (.*?) \|$/gm)];
    assert.deepEqual(
      rows.map(([, name, status, title, whatToDo, again]) => [
        name,
        status,
        title,
        whatToDo,
        again,
      ]),
      Object.entries(PROBLEMS).map(([name, kind]) => [
        name,
        String(kind.status),
        kind.title,
        kind.whatToDo,
        'retryAfter' in kind ? `after ${kind.retryAfter} s` : 'no',
      ]),
    );
  });
});
