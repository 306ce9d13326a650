import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What `node` is given to run one of our programs: as `npm test` compiled it beside the tests, else from its source.
 *
 * @param file - such as `worker/main.ts`.
 */
export function program(file: string): string[] {
  const compiled = process.env.COMPILED_TESTS;
  return compiled
    ? [path.join(compiled, file.replace(/\.ts$/, '.mjs'))]
    : ['--import', 'tsx', path.join(ROOT, file)];
}
