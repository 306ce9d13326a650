import { readFileSync } from 'node:fs';

/**
 * A variable's value, or what stands in the file that `NAME_FILE` names. An empty variable is as good as none: that is
 * how compose files leave one out.
 *
 * @throws RangeError naming the variable whose file cannot be read.
 */
export function secretIn(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  if (environment[name] || !file) return environment[name] || undefined;
  try {
    // A key file keeps its line ends inside; the one at its end is an editor's.
    return readFileSync(file, 'utf8').trimEnd();
  } catch {
    throw new RangeError(`${name}_FILE: cannot be read`);
  }
}
