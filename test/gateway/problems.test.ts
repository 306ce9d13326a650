import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as client from '../../client/index.js';
import { translated } from '../../client/temporal/translated.js';
import { errorTypeSchema } from '../../contract/errors.js';
import { clientParts } from '../../docs/generate/client.js';
import { PROBLEMS } from '../../gateway/problems/table.js';
import { problemOf } from '../../gateway/problems/translation.js';

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
      // The last is thrown where settings are read, before there is any request.
      (name) =>
        name.endsWith('Error') && !['DokuJourneysError', 'InvalidSettingError'].includes(name),
    );
    assert.ok(classes.length > 7);
    assert.deepEqual(
      classes.filter((name) => !names.includes(name.replace(/Error$/, ''))),
      [],
    );
  });

  test("says of a class of the client's what that says of itself: whether the same again may help", () => {
    // The caller's own signal ends a call of the client; over HTTP it is the gateway that stops, and another one goes on.
    const others = ['Aborted'];
    const rows = [
      ...(clientParts().clientErrors ?? '').matchAll(/^\| `(\w+)Error` \|.*\| ([^|]+) \|$/gm),
    ];
    assert.ok(rows.length > 15);
    for (const [, name = '', again] of rows) {
      const kind = Object.entries(PROBLEMS).find(([problem]) => problem === name)?.[1];
      if (!kind || others.includes(name)) continue;
      assert.equal('retryAfter' in kind, again !== 'no', `${name}: ${again}`);
    }
  });

  test('tells none of the words of Temporal, of workers or of the gateway itself', () => {
    const words = 'inner words of a worker';
    const cause = new Error(words);
    for (const error of [
      new client.DeadlineExceededError(words, { cause }),
      new client.NoWorkerError(words, { cause }),
      new client.TemporalUnreachableError(words, { cause }),
      new client.TemporalRefusedError(words, false, { cause }),
      new client.PayloadKeyError(words, { cause }),
      new client.UnexpectedAnswerError(words, { cause }),
      new client.NotAnsweredError(words, { cause }),
      new TypeError(words),
    ]) {
      const told = JSON.stringify(problemOf(error).body('1'));
      assert.ok(!told.includes(words), told);
    }
    const failed = Object.assign(new Error('failed'), {
      name: 'WorkflowFailedError',
      cause: Object.assign(new Error(words), { name: 'ApplicationFailure', type: 'TypeError' }),
    });
    const broken = translated(failed, 'purchase/INV-1');
    assert.deepEqual(
      [broken.message, broken.cause],
      ['purchase/INV-1 was failed by its worker', failed],
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
