import { askedIn } from '../commands/index.js';
import { exitCodeOf, reasonOf } from './failure.js';
import { PROGRAM } from './program.js';

/** What the command line reads and writes. */
export interface Terminal {
  readonly environment: NodeJS.ProcessEnv;
  /** What was asked for. */
  print(text: string): void;
  /** What goes on meanwhile, and what went wrong. */
  tell(line: string): void;
}

/** Runs one command. @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const problem = await answered(args, terminal);
    if (problem === undefined) return 0;
    terminal.tell(`${PROGRAM}: ${problem}`);
    return 1;
  } catch (error) {
    terminal.tell(`${PROGRAM}: ${reasonOf(error)}`);
    return exitCodeOf(error);
  }
}

/** @returns why what was asked for was not done, if it was not. */
async function answered(
  args: readonly string[],
  { environment, print, tell }: Terminal,
): Promise<string | undefined> {
  const { entry, rest, wantsHelp } = askedIn(args);
  if (entry === undefined) {
    print((await import('./help.js')).overview());
    return undefined;
  }
  const command = await entry.load();
  if (wantsHelp) {
    print(await (await import('./help.js')).helpOf(entry, command));
    return undefined;
  }
  const { inputOf } = await import('./arguments.js');
  const { input, isJson } = inputOf(entry, command, rest);
  const { openDesk } = await import('./desk.js');
  const desk = await openDesk(environment, tell, { onlyReads: command.onlyReads ?? false });
  try {
    const answer = await command.run(input, desk);
    print(isJson ? JSON.stringify(answer.data, null, 2) : answer.text);
    return answer.problem;
  } finally {
    await desk.close();
  }
}
