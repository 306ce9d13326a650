import { harmless } from '../../../contract/harmless.js';
import type { Terminal } from './run.js';

/** A terminal that is spared what would steer it. Both take text with its line ends. */
export function terminalOf(
  environment: NodeJS.ProcessEnv,
  stdout: (text: string) => void,
  stderr: (text: string) => void,
): Terminal {
  return {
    environment,
    print: (text) => stdout(harmless(text.replace(/\n?$/, '\n'))),
    tell: (line) => stderr(`${harmless(line)}\n`),
  };
}
