import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../worker/local/built.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** For several that ask at once. */
let building: Promise<void> | undefined;

/**
 * The product as it is shipped, built anew when a source is younger than it.
 *
 * @returns the folder.
 * @throws Error with what the build printed.
 */
export async function builtProduct(say: (text: string) => void = () => {}): Promise<string> {
  if (!isBuilt()) {
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
