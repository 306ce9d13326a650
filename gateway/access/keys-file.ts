import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { describeIssues } from '../../contract/issues.js';
import { PLAIN_WORDS } from '../../contract/plain-words.js';
import { type KeyEntry, keysFileSchema } from './keys.js';

/** Between two looks whether the file has changed. */
const LOOK_EVERY_MS = 1_000;

export interface KeysFileOptions {
  /** Told of each change that cannot be read; never with what stands there. */
  readonly onMistake: (mistake: string) => void;
  /** Milliseconds. Default 1,000. */
  readonly everyMs?: number;
}

/**
 * The keys of a file, which is read again when it has changed. One that is wrong, or not there for a moment, changes nothing:
 * a slip of the pen locks nobody out.
 */
export class KeysFile {
  readonly #path: string;
  readonly #options: KeysFileOptions;
  #entries: readonly KeyEntry[] = [];
  #seen = '';
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  #mistake: string | undefined;

  private constructor(path: string, options: KeysFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** @throws Error saying what is wrong with the file. */
  static async open(path: string, options: KeysFileOptions): Promise<KeysFile> {
    const file = new KeysFile(path, options);
    file.#entries = await keysIn(path);
    file.#seen = await fingerprintOf(path);
    return file;
  }

  /** Why the file's last change was not taken, where it was not. */
  get mistake(): string | undefined {
    return this.#mistake;
  }

  async entries(): Promise<readonly KeyEntry[]> {
    const { everyMs = LOOK_EVERY_MS } = this.#options;
    if (performance.now() - this.#lookedAt >= everyMs) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
    return this.#entries;
  }

  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    const fingerprint = await fingerprintOf(this.#path).catch(() => 'none');
    if (fingerprint === this.#seen) return;
    this.#seen = fingerprint;
    try {
      this.#entries = await keysIn(this.#path);
      this.#mistake = undefined;
    } catch (error) {
      this.#mistake = (error as Error).message;
      this.#options.onMistake(this.#mistake);
    }
  }
}

/** A file that is replaced has another inode, whatever its time. */
async function fingerprintOf(path: string): Promise<string> {
  const { mtimeMs, ino, size } = await stat(path);
  return `${mtimeMs} ${ino} ${size}`;
}

/** @throws Error saying what is wrong, never with what stands there. */
export async function keysIn(path: string): Promise<readonly KeyEntry[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error('cannot be read');
  });
  const given = parsed(text);
  const { data, error } = keysFileSchema.safeParse(given, PLAIN_WORDS);
  if (error) throw new Error(describeIssues(withoutNames(error), 'file', given));
  return data.keys;
}

/** What stands where a member's name belongs may be a key, which still is good. */
const withoutNames = ({ issues }: z.ZodError): z.ZodError =>
  new z.ZodError(
    issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? { code: 'custom', path: issue.path, message: 'has a member that is not known here' }
        : issue,
    ),
  );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('must be JSON');
  }
}
