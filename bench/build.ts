import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a build is made of. */
const SOURCES: readonly string[] = [
  ...JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8')).include,
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
/** The last thing that `npm run build` writes. */
const LAST = path.join(ROOT, 'dist', 'workflow-bundle.sha256');

/** For several that ask at once. */
let building: Promise<void> | undefined;

/**
 * The product as it is shipped, built anew when a source is younger than it.
 *
 * @returns the folder.
 * @throws Error with what the build printed.
 */
export async function builtProduct(say: (text: string) => void = () => {}): Promise<string> {
  const youngest = Math.max(...SOURCES.map((name) => changedAt(path.join(ROOT, name))));
  if (!existsSync(LAST) || statSync(LAST).mtimeMs < youngest) {
    if (!building) say('npm run build');
    building ??= build().finally(() => {
      building = undefined;
    });
    await building;
  }
  return path.join(ROOT, 'dist');
}

async function build(): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['run', '--silent', 'build'], { cwd: ROOT });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => output.push(String(chunk)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`npm run build failed:\n${output.join('')}`);
}

/** A folder changes when a file in it comes or goes, or changes. */
function changedAt(place: string): number {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(place).map((name) => changedAt(path.join(place, name)));
  return Math.max(stat.mtimeMs, ...inside);
}
