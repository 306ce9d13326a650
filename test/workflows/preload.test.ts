import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What a worker's workflows load. */
const ROOMS = ['workflows', 'contract'];

/** What a module could keep from one workflow to the next: a variable, a static one, or a collection to put things in. */
const KEEPS =
  /^(?:export )?(?:let|var) |^ {2}static (?!.*\()(?!readonly)|^(?:export )?const \w+(?::[^=]+)? = (?:new (?:Weak)?(?:Map|Set)\b(?!\(\[)|\[\]|\{\})/m;

describe('all workflows of a worker share one copy of their modules', () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(room, name)),
  );
  for (const file of files) {
    test(`${file} keeps nothing between them`, () => {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      assert.equal(KEEPS.exec(text)?.[0], undefined);
    });
  }

  test('what would be kept is found', () => {
    for (const kept of [
      'let count = 0;',
      'export var last: string;',
      'const seen = new Map<string, number>();',
      'const lines: string[] = [];',
      'class Journey {\n  static count = 0;\n}',
    ])
      assert.match(kept, KEEPS);
    for (const allowed of [
      'const ONE = 1;',
      'class X {\n  static of() {}\n}',
      'const A = new Set([1]);',
    ])
      assert.doesNotMatch(allowed, KEEPS);
  });
});
