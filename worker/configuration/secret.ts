import { readFileSync } from 'node:fs';

export interface SecretOptions {
  /** A file that is not there, or empty, is as good as none. */
  readonly mayBeMissing?: boolean;
}

/**
 * A variable's value, or what stands in the file that `NAME_FILE` names. An empty variable is as good as none: that is
 * how compose files leave one out.
 *
 * @throws RangeError naming the variable whose file cannot be read, is no text, or would not be read beside a value.
 */
export function secretIn(
  environment: NodeJS.ProcessEnv,
  name: string,
  { mayBeMissing = false }: SecretOptions = {},
): string | undefined {
  const file = environment[`${name}_FILE`];
  if (environment[name] && file)
    throw new RangeError(`${name}_FILE: is not read beside ${name}: take one of the two away`);
  if (!file) return environment[name] || undefined;
  const bytes = bytesIn(file, `${name}_FILE`, mayBeMissing);
  if (bytes === undefined) return undefined;
  const text = textOf(bytes, `${name}_FILE`);
  // A key file keeps its line ends inside; the one at its end is an editor's, and all else is the secret's.
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '' && mayBeMissing) return undefined;
  if (secret === '') throw new RangeError(`${name}_FILE: is empty`);
  return secret;
}

function bytesIn(file: string, variable: string, mayBeMissing: boolean): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RangeError(`${variable}: cannot be read`);
  }
}

function textOf(bytes: Buffer, variable: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RangeError(
      `${variable}: is no UTF-8 text: save it as such, a key in PEM and not in DER`,
    );
  }
}
