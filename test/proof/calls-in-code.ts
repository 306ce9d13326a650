/**
 * Which of DOKU's calls each workflow can come to, read from the code, so that a rare branch is seen as well as a
 * common one. Relies on the formatter: what is indented deeper than a definition belongs to it.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DEFINITION =
  /^(\s*)(export )?(?:(?:async )?function (\w+)|const (\w+) = (?:async )?\(|async [#*]?(\w+)[(<])/;
const CALLED = /\b(\w+)(?:\.executeWithOptions)?\(/g;
const OPERATION = /\b(?:snap|tokens)\.(\w+)\(/g;
const STARTED = /WithStartWorkflowOperation\('(\w+)'/g;
const IMPORTED = /^import (?!type\b)[^;]*? from '(\.[\w./-]+)\.js';/gm;

/** A function, with its own text. */
interface Block {
  readonly file: string;
  readonly name: string;
  readonly isExported: boolean;
  readonly text: string;
}

/** The files of a room, by their paths in it. */
function read(room: string): Map<string, string> {
  const folder = fileURLToPath(new URL(`../../${room}/`, import.meta.url));
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name.replace(/\.ts$/, ''), readFileSync(path.join(folder, name), 'utf8')]),
  );
}

function blocksIn(file: string, text: string): Block[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const [, indent = '', exported, ...names] = DEFINITION.exec(line) ?? [];
    const name = names.find((found) => found !== undefined);
    if (name === undefined) return [];
    const isBeyond = (other: string) =>
      /^\s*[^\s})\]]/.test(other) && other.search(/\S/) <= indent.length;
    const length = lines.slice(index + 1).findIndex(isBeyond) + 1;
    const own = lines.slice(index, length === 0 ? undefined : index + length);
    return [{ file, name, isExported: exported !== undefined, text: own.join('\n') }];
  });
}

const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name ?? '');

/** A block and all that it calls, directly or not. */
function reachedFrom(block: Block, blocks: readonly Block[], seen = new Set<Block>()): Set<Block> {
  if (seen.has(block)) return seen;
  seen.add(block);
  for (const name of all(block.text, CALLED)) {
    const named = blocks.filter((one) => one.name === name);
    const next =
      named.find(({ file }) => file === block.file) ??
      // An export, or a method of the one object that holds all activities.
      named.find(({ isExported, text }) => isExported || text.startsWith('    async'));
    if (next) reachedFrom(next, blocks, seen);
  }
  return seen;
}

/** The operations that a workflow's activities ask for, and the entities that they start. */
export function callsInCode(workflow: string): { operations: Set<string>; entities: Set<string> } {
  const blocks = [...read('activities')].flatMap(([file, text]) => blocksIn(file, text));
  const activities = blocks.filter(({ text }) => /^ {4}async \w/.test(text));
  const files = read('workflows');
  const texts = workflowTexts(files, fileOf(workflow, files));
  const used = new Set(texts.flatMap((text) => all(text, CALLED)));
  const reached = activities
    .filter(({ name }) => used.has(name))
    .flatMap((activity) => [...reachedFrom(activity, blocks)]);
  return {
    operations: new Set(reached.flatMap(({ text }) => all(text, OPERATION))),
    entities: new Set(reached.flatMap(({ text }) => all(text, STARTED))),
  };
}

/** A workflow's file and what it imports of its room. */
function workflowTexts(files: ReadonlyMap<string, string>, file: string, seen = new Set<string>()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = files.get(file) ?? '';
  const imported: string[] = all(text, IMPORTED).flatMap((name) =>
    workflowTexts(files, path.join(path.dirname(file), name), seen),
  );
  return [text, ...imported];
}

/** The file that exports it. */
function fileOf(workflow: string, files: ReadonlyMap<string, string>): string {
  const isExported = new RegExp(`^export async function ${workflow}\\(`, 'm');
  const [file] = [...files].find(([, text]) => isExported.test(text)) ?? [];
  if (file === undefined) throw new RangeError(`no file exports the workflow ${workflow}`);
  return file;
}
