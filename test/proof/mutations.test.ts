import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEV_SERVER, obtain, TEST_SERVER } from '../../worker/local/binaries.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import { isWhole } from '../setting/extent.js';
import { mutations } from './mutations/index.js';
import { MUTANTS, plant, proofIn, saysFailed, testIn, textAround } from './mutations/mutant.js';
import { KINDS, type Mutation } from './mutations/planted.js';

const CORRECTNESS = fileURLToPath(new URL('../../docs/correctness.md', import.meta.url));
const AT_ONCE = 3;

/** `npm test` plants a few that cost little. */
const planted = mutations.filter(({ isAlwaysPlanted }) => isAlwaysPlanted || isWhole);

const titleOf = ({ kind, name }: Mutation) => `${kind ? `${kind}: ` : ''}code that ${name}`;

describe('mistakes that somebody could make', () => {
  test('stand where they could be made, each under a name of its own', () => {
    assert.equal(new Set(mutations.map(({ name }) => name)).size, mutations.length);
    for (const mutation of mutations)
      assert.equal(
        textAround(mutation).length,
        2,
        `${mutation.file} holds the text of "${mutation.name}" exactly once`,
      );
  });

  test('are of each kind, and named beside it in docs/correctness.md', () => {
    const page = readFileSync(CORRECTNESS, 'utf8');
    for (const kind of KINDS) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${kind}. `)) ?? '';
      const names = mutations.filter((mutation) => mutation.kind === kind).map(({ name }) => name);
      assert.ok(names.length > 0, `no mistake of kind ${kind}`);
      for (const name of names) assert.ok(row.includes(name), `${kind}: ${name} is not named`);
    }
  });
});

describe('a planted mistake is found', { concurrency: AT_ONCE }, () => {
  let environment: NodeJS.ProcessEnv;
  let bundle: string;
  before(async () => {
    bundle = (await checkoutWorkflowBundle()).codePath;
    environment = { ...process.env };
    // A copy has no binaries of its own.
    for (const binary of [DEV_SERVER, TEST_SERVER]) {
      const executable = await obtain(binary);
      if ('path' in executable) environment[binary.variable] = executable.path;
    }
  });
  after(() => rmSync(MUTANTS, { recursive: true, force: true }));

  for (const [index, mutation] of planted.entries()) {
    test(titleOf(mutation), async () => {
      const folder = plant(mutation, String(index), bundle);
      const { foundBy } = mutation;
      if ('cells' in foundBy) {
        const { code, output } = await proofIn(folder, foundBy.cells, environment);
        assert.equal(code, 1, output);
        for (const cell of foundBy.cells) assert.match(output, new RegExp(`WRONG ${cell}\n`));
      } else {
        const { file, name } = foundBy.test;
        const run = await testIn(folder, file, name, environment);
        assert.ok(saysFailed(run, name), run.output);
      }
    });
  }
});
