import { readFileSync } from 'node:fs';

const README = new URL('../../README.md', import.meta.url);

/** A block of README's, by its language, that says what is looked for. @throws Error where there is none. */
export function readmeBlock(language: string, holds: RegExp): string {
  const text = readFileSync(README, 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.find(([, of, block = '']) => of === language && holds.test(block));
  if (found?.[2] === undefined) throw new Error(`README has no ${language} that says ${holds}`);
  return found[2];
}
