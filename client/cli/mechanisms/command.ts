import type * as z from 'zod';
import type { Desk } from './desk.js';

/** What a command hands back. */
export interface Answer {
  /** For people. */
  readonly text: string;
  /** The same for programs, by `--json`. */
  readonly data: unknown;
  /** Why it was not done, in a line; the exit code is 1 then. */
  readonly problem?: string;
}

/** A command; its options are the keys of its input, in kebab case. */
export interface Command<Schema extends z.ZodObject = z.ZodObject> {
  /** Keys of the input that are given by position. */
  readonly positionals: readonly (keyof z.input<Schema> & string)[];
  /** All inputs, as text; descriptions are shown as help, and `value` names what an option takes. */
  readonly input: Schema;
  /** Whether it tells no journey anything, and begins none. */
  readonly onlyReads?: boolean;
  /** More for its help. */
  readonly notes?: string;
  run(input: z.output<Schema>, desk: Desk): Promise<Answer>;
}

/** Binds what a command runs to what its input says. */
export const commandOf = <Schema extends z.ZodObject>(command: Command<Schema>): Command =>
  command as unknown as Command;
