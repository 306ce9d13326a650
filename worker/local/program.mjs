/**
 * `node worker/local/program.mjs <name> [arguments]`: one of the package's programs, such as `doku-journeys-worker`. From its
 * source where development's packages are installed; where only production's are (`npm ci --omit=dev`) from `dist/`, which is
 * built first if it is not there or older than its sources. Plain JavaScript, as either may be so. Where nothing says which site is
 * meant, it works beside what `npm start` or `npm run site` runs.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBuilt, SOURCES } from './built.mjs';
import { besideRunningStack } from './running-stack.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const [name = '', ...args] = process.argv.slice(2);
const { bin } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
if (!Object.hasOwn(bin, name)) fail(`there is no program ${name}: ${Object.keys(bin).join(', ')}`);
const built = path.join(ROOT, bin[name]);
const source = path.join(ROOT, path.relative('dist', bin[name])).replace(/\.js$/, '.ts');

tellOfStack();
const isOfSource = isInstalled('tsx');
if (isOfSource) await import('tsx');
else if (!isBuilt()) build();
if (process.exitCode) process.exit();
const program = isOfSource ? source : built;
// The program finds its arguments where it would if it had been started itself.
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);

function tellOfStack() {
  try {
    const { environment, note } = besideRunningStack(name, process.env);
    Object.assign(process.env, environment);
    if (note !== undefined) process.stderr.write(`${name}: ${note}\n`);
  } catch (error) {
    fail(error.message);
  }
}

/** @param {string} packageName */
function isInstalled(packageName) {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

/** Where there is nothing to build with: in a folder of its own, with development's packages, which goes again. */
function build() {
  process.stderr.write('Building dist/ (once, with packages that are deleted again)…\n');
  mkdirSync(path.join(ROOT, '.local'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, '.local', 'build-'));
  try {
    for (const file of [...SOURCES, 'deploy/image', '.npmrc'])
      cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
    npm(folder, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
    npm(folder, 'run', '--silent', 'build');
    // Its programs are whole at any time: others of them may start just now.
    const dist = path.join(ROOT, 'dist');
    if (existsSync(dist)) renameSync(dist, path.join(folder, 'before'));
    renameSync(path.join(folder, 'dist'), dist);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(
      `${error.message}: build it (npm ci && npm run build), then npm ci --omit=dev\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} cwd @param {string[]} what */
function npm(cwd, ...what) {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(program, what, { cwd, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm ${what.join(' ')} failed`);
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`doku-journeys: ${message}\n`);
  process.exit(1);
}
