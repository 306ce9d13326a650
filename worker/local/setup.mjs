/**
 * Sets a fresh checkout up and runs one of its commands: `node worker/local/setup.mjs <start|site|test|test:postgresql|test:hour|proof|chaos|fuzz|bench> [arguments]`.
 * Plain JavaScript without dependencies, as it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Tests that need PostgreSQL and Go: a command of their own. */
const POSTGRESQL_TESTS = path.join(ROOT, 'test', 'postgresql');
/** Tests that take more than an hour: likewise. */
const HOUR_TESTS = path.join(ROOT, 'test', 'hour');
const STAMP = path.join(ROOT, 'node_modules', '.doku-journeys-setup');
/**
 * What a program is run with that ends its own parts, in their turn: a terminal's Ctrl-C reaches it by us alone, and none of its
 * parts. It ends with us, whatever ends us.
 */
const IN_OWN_GROUP = ['--import', './worker/local/ends-with-starter.mjs', '--import', 'tsx'];
const [command = '', ...args] = process.argv.slice(2);

assertNodeVersion();
install();
const commands = {
  start: startSteps,
  site: siteSteps,
  test: testSteps,
  'test:postgresql': postgresqlSteps,
  'test:hour': hourSteps,
  proof: proofSteps,
  chaos: chaosSteps,
  fuzz: fuzzSteps,
  bench: benchSteps,
};
const steps = commands[command];
if (!steps) fail(`unknown command "${command}"`);
for (const [program, ...programArgs] of steps()) await run(program, programArgs);

function assertNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 3))
    fail(`Node 20.3 or later is needed; this is ${process.versions.node}`);
}

/** Installs what package-lock.json names, unless that was done already. */
function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('Installing packages, once: this takes a minute or two…\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail('the packages could not be installed: is the npm registry reachable?');
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, wanted);
}

function startSteps() {
  return [[process.execPath, ...IN_OWN_GROUP, 'worker/local/start.ts', ...args]];
}

function siteSteps() {
  return [[process.execPath, ...IN_OWN_GROUP, 'worker/local/site.ts', ...args]];
}

function proofSteps() {
  return [[process.execPath, '--import', 'tsx', 'test/proof/main.ts', ...args]];
}

/** Real processes, a plan drawn from a seed, and a judge at the end. */
function chaosSteps() {
  return [[process.execPath, '--import', 'tsx', 'test/chaos/main.ts', ...args]];
}

/** Every door, with inputs drawn from a seed. */
function fuzzSteps() {
  return [[process.execPath, '--import', 'tsx', 'test/fuzz/main.ts', ...args]];
}

function benchSteps() {
  return [[process.execPath, '--import', 'tsx', 'bench/main.ts', ...args]];
}

/** Everything, or only the test files and folders named. What is to run is known once it is compiled. */
function* testSteps() {
  const run = [process.execPath, '--test', '--test-concurrency=6', '--test-reporter=spec'];
  const only = args.filter((arg) => !arg.startsWith('-')).flatMap(testsIn);
  if (only.length > 0) {
    yield [...run, '--import', 'tsx', ...fileLimit(), ...only];
    return;
  }
  const tests = testFiles(path.join(ROOT, 'test'));
  const programs = [
    'client/cli/main.ts',
    'gateway/main.ts',
    'sandbox/main.ts',
    'worker/doors/codec/main.ts',
    'worker/local/site.ts',
    'worker/local/start.ts',
    'worker/main.ts',
  ];
  const compiled = path.join(ROOT, '.local', 'tests');
  process.env.COMPILED_TESTS = compiled;
  const tool = (name, ...rest) => [path.join(ROOT, 'node_modules', '.bin', name), ...rest];
  // Checkers side by side would each look at most of it again.
  yield tool('tsc', '--noEmit', '--singleThreaded');
  yield tool('biome', 'check', '.');
  yield tool('knip');
  yield ['npm', 'run', '--silent', 'build'];
  // Downloads and bundles once, before tests that run side by side ask for it.
  yield [process.execPath, '--import', 'tsx', 'test/prepare.ts'];
  yield [process.execPath, 'test/compile.mjs', compiled, ...tests, ...programs];
  const processes = readdirSync(compiled).filter((name) => name.endsWith('.process.mjs'));
  yield [...run, ...fileLimit(), ...processes.map((name) => path.join('.local', 'tests', name))];
}

/** What hangs fails after this long, where Node can tell (20.11), and the others go on. */
function fileLimit() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 20 || minor >= 11 ? ['--test-timeout=900000'] : [];
}

/** The topology of docker-compose.yml from binaries, and journeys that outlive what is killed of it. */
function postgresqlSteps() {
  const node = [process.execPath, '--import', 'tsx'];
  return [
    ['npm', 'run', '--silent', 'build'],
    [...node, 'test/postgresql/prepare.ts'],
    [...node, '--test', '--test-reporter=spec', ...testFiles(POSTGRESQL_TESTS), ...args],
  ];
}

/** What an hour without DOKU does to journeys, in an hour. */
function hourSteps() {
  const node = [process.execPath, '--import', 'tsx'];
  return [[...node, '--test', '--test-reporter=spec', ...testFiles(HOUR_TESTS), ...args]];
}

/** A file, or those of a folder. A name that is neither would be a run without a test, and no failure. */
function testsIn(name) {
  if (!existsSync(name)) fail(`there is no "${name}" to test`);
  if (!statSync(name).isDirectory()) return [name];
  const files = testFiles(path.resolve(name));
  return files.length > 0 ? files : fail(`there is no test in "${name}"`);
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (file === POSTGRESQL_TESTS || file === HOUR_TESTS) return [];
      if (entry.isDirectory()) return testFiles(file);
      return entry.name.endsWith('.test.ts') ? [path.relative(ROOT, file)] : [];
    });
}

/** Runs a step; a signal is the child's to answer, and its exit code is ours. */
function run(program, programArgs) {
  return new Promise((resolve) => {
    const isAlone = IN_OWN_GROUP.every((arg) => programArgs.includes(arg));
    const child = spawn(program, programArgs, {
      cwd: ROOT,
      detached: isAlone,
      stdio: [isAlone ? 'pipe' : 'inherit', 'inherit', 'inherit'],
    });
    const pass = (signal) => child.kill(signal);
    const ignore = () => {};
    // A terminal's Ctrl-C reaches a child of our group by itself: here it must only not end us first.
    const answers = { SIGINT: isAlone ? pass : ignore, SIGTERM: pass, SIGHUP: pass };
    for (const [signal, answer] of Object.entries(answers)) process.on(signal, answer);
    child.on('error', (error) => fail(`${program}: ${error.message}`));
    child.on('exit', (code, signal) => {
      for (const [signal, answer] of Object.entries(answers)) process.off(signal, answer);
      if (code === 0) resolve();
      else process.exit(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

function fail(message) {
  process.stderr.write(`doku-journeys: ${message}\n`);
  process.exit(1);
}
