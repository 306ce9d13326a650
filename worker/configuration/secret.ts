import { readFileSync } from 'node:fs';

/**
 * A variable's value, or what stands in the file that `NAME_FILE` names. An empty variable is as good as none: that is
 * how compose files leave one out.
 *
 * @throws RangeError naming the variable whose file cannot be read, or is no text.
 */
export function secretIn(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  if (environment[name] || !file) return environment[name] || undefined;
  const text = textOf(bytesIn(file, `${name}_FILE`), `${name}_FILE`);
  // A key file keeps its line ends inside; the one at its end is an editor's, and all else is the secret's.
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new RangeError(`${name}_FILE: is empty`);
  return secret;
}

function bytesIn(file: string, variable: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
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
