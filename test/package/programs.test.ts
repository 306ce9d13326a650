import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { builtProduct } from '../../bench/build.js';
import { SOURCES } from '../../worker/local/built.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What each says with nothing set; of the command line, its help. */
const SAID = {
  cli: /^doku-journeys: finds and steers journeys/,
  worker: /^worker: .*DOKU_CLIENT_ID: is missing/s,
  codec: /^codec: .*PAYLOAD_KEYS: is missing/s,
  gateway: /^gateway: .*PAYLOAD_KEYS: is missing/s,
  sandbox: /^sandbox: SANDBOX_PORT/,
};

/** Runs one of the scripts of `package.json`. */
function runScript(folder: string, name: string, binaries = process.env.PATH ?? '') {
  const args = name === 'cli' ? ['--', '--help'] : [];
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', name, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: binaries, HOME: process.env.HOME, SANDBOX_PORT: 'none' },
  });
  return { status, said: stderr + stdout };
}

test('every program of the package has its script, and the other way round', () => {
  const { bin, scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const programs = Object.keys(SAID).map((name) => scripts[name].split(' ').at(-1));
  assert.deepEqual(programs.sort(), Object.keys(bin).sort());
});

test('where all packages are installed, a program runs from its source', () => {
  const { status, said } = runScript(ROOT, 'cli');
  assert.match(said, SAID.cli);
  assert.equal(status, 0);
});

describe("where only production's packages are installed, as by `npm ci --omit=dev`", () => {
  let folder: string;
  before(async () => {
    await builtProduct();
    folder = mkdtempSync(path.join(tmpdir(), 'doku-production-'));
    const files = [...SOURCES, 'deploy/image', '.npmrc', 'dist'];
    for (const file of files)
      cpSync(path.join(ROOT, file), path.join(folder, file), {
        recursive: true,
      });
    // Younger than its sources, as a build leaves it.
    const now = new Date();
    utimesSync(path.join(folder, 'dist', 'workflow-bundle.sha256'), now, now);
    const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
    for (const [place, { dev }] of Object.entries<{ dev?: boolean }>(packages)) {
      if (dev || !/^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(place)) continue;
      if (!existsSync(path.join(ROOT, place))) continue;
      mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
      symlinkSync(path.join(ROOT, place), path.join(folder, place));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, expected] of Object.entries(SAID))
    test(`npm run ${name} runs from dist`, () => {
      const { status, said } = runScript(folder, name);
      assert.match(said, expected);
      assert.equal(status, name === 'cli' ? 0 : 1);
    });

  /** In place of npm, one that builds by taking what was built before. */
  const withBuilder = (build: string) => {
    const npm = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
    const binaries = path.join(folder, 'binaries');
    mkdirSync(binaries, { recursive: true });
    const lines = [
      '#!/bin/sh',
      `echo "$PWD $*" >>'${folder}/asked'`,
      'case "$*" in',
      'ci*) ;;',
      `'run --silent build') ${build} ;;`,
      `*) exec '${npm}' "$@" ;;`,
      'esac',
    ];
    writeFileSync(path.join(binaries, 'npm'), `${lines.join('\n')}\n`);
    chmodSync(path.join(binaries, 'npm'), 0o755);
    return `${binaries}:${process.env.PATH}`;
  };
  const localFolders = () => readdirSync(path.join(folder, '.local'));

  test('it is built first where it is not there, with packages in a folder that goes again', () => {
    const kept = path.join(folder, 'kept');
    renameSync(path.join(folder, 'dist'), kept);
    const failed = runScript(folder, 'cli', withBuilder('exit 1'));
    assert.match(failed.said, /npm run --silent build failed: build it/);
    assert.equal(failed.status, 1);

    const { status, said } = runScript(folder, 'cli', withBuilder(`mv '${kept}' dist`));
    assert.match(said, /^Building dist\/.*\ndoku-journeys: finds and steers/);
    assert.equal(status, 0);
    assert.match(readFileSync(path.join(folder, 'asked'), 'utf8'), /\.local\/build-\w+ ci --inc/);
    assert.deepEqual(localFolders(), []);
  });
});
