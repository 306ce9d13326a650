import '../../setting/quiet.js';
import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  builtWorkflowBundle,
  writeWorkflowBundle,
} from '../../../worker/temporal/workflow-bundle.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the workflow bundle of a build', () => {
  /** A small built package, where the packages of this one are found. */
  let folder: string;
  before(() => {
    mkdirSync(path.join(ROOT, '.local'), { recursive: true });
    folder = mkdtempSync(path.join(ROOT, '.local', 'bundle-'));
    mkdirSync(path.join(folder, 'workflows'));
    writeFileSync(path.join(folder, 'workflows', 'index.js'), 'export async function greet() {}\n');
    writeFileSync(path.join(folder, 'workflows', 'preload.js'), "import './index.js';\n");
    writeFileSync(
      path.join(folder, 'workflows', 'interceptors.js'),
      'export const interceptors = () => ({});\n',
    );
    mkdirSync(path.join(folder, 'contract'));
    const failureConverter = path.join('worker', 'temporal', 'failure-converter.cjs');
    cpSync(path.join(ROOT, failureConverter), path.join(folder, failureConverter));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is used while it is of these very workflows, and never after', async () => {
    assert.equal(builtWorkflowBundle(folder), undefined);
    await writeWorkflowBundle(folder);
    const bundle = builtWorkflowBundle(folder);
    assert.ok(typeof bundle === 'object' && existsSync(bundle.codePath));

    appendFileSync(path.join(folder, 'workflows', 'index.js'), 'export async function part() {}\n');
    assert.equal(builtWorkflowBundle(folder), 'stale');
    await writeWorkflowBundle(folder);
    assert.equal(typeof builtWorkflowBundle(folder), 'object');

    writeFileSync(path.join(folder, 'contract', 'greeting.js'), 'export const hello = 1;\n');
    assert.equal(builtWorkflowBundle(folder), 'stale');
    await writeWorkflowBundle(folder);

    appendFileSync(bundle.codePath, '\n// touched');
    assert.equal(builtWorkflowBundle(folder), 'stale');
  });
});
