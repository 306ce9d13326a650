import type * as z from 'zod';

/** What is wrong with an environment, gathered so that all of it is told at once; never with a value. */
export class NotedMistakes {
  readonly all: string[] = [];

  /** @returns what was read, or nothing where that is a mistake. */
  reading<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.all.push((error as Error).message);
      return undefined;
    }
  }

  /** Those of a schema, by the names of the variables. */
  ofSchema(error: z.ZodError | undefined): void {
    for (const { path, message } of error?.issues ?? [])
      this.all.push(`${String(path[0])}: ${message}`);
  }
}

/** Variables that are set: an empty one is not. */
export const setIn = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
