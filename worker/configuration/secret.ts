import { readFileSync } from 'node:fs';

export interface SecretOptions {
  /** A file that is not there, or empty, is as good as none. */
  readonly mayBeMissing?: boolean;
}

/**
 * A variable's value, or what stands in the file that `NAME_FILE` names. An empty variable is as good as none: that is
 * how compose files leave one out.
 *
 * @throws RangeError naming the variable whose file cannot be read.
 */
export function secretIn(
  environment: NodeJS.ProcessEnv,
  name: string,
  { mayBeMissing = false }: SecretOptions = {},
): string | undefined {
  const file = environment[`${name}_FILE`];
  if (environment[name] || !file) return environment[name] || undefined;
  try {
    // A key file keeps its line ends inside; the one at its end is an editor's.
    const text = readFileSync(file, 'utf8').trimEnd();
    return mayBeMissing && text === '' ? undefined : text;
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RangeError(`${name}_FILE: cannot be read`);
  }
}
