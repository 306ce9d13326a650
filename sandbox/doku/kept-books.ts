/**
 * The books in a file, so that a sandbox goes on where another has ended.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { Doku } from './index.js';

/** Books of another form are not read. */
const FORM = 1;
/** What a sandbox that is killed loses at most. */
const WRITE_AFTER_MS = 500;

interface Kept {
  readonly form: number;
  readonly contents: ReturnType<Doku['contents']>;
}

/** Writes the books of one sandbox, soon after they have changed. */
export class KeptBooks {
  readonly #file: string;
  readonly #doku: Doku;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * Has the sandbox go on from the file, where there is one.
   *
   * @throws Error naming the option when the file holds no books of this form.
   */
  constructor(file: string, doku: Doku) {
    this.#file = file;
    this.#doku = doku;
    if (existsSync(file)) doku.restore(contentsIn(file));
  }

  /** They may have changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => void this.#write(), WRITE_AFTER_MS);
  }

  /** Writes them for the last time. */
  async close(): Promise<void> {
    await this.#write();
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = serialize({ form: FORM, contents: this.#doku.contents() } satisfies Kept);
    const aside = `${this.#file}.new`;
    this.#writing = this.#writing.then(async () => {
      // PINs and tokens, if only a sandbox's.
      await writeFile(aside, bytes, { mode: 0o600 });
      await rename(aside, this.#file);
    });
    return this.#writing;
  }
}

function contentsIn(file: string): Kept['contents'] {
  try {
    const { form, contents } = deserialize(readFileSync(file)) as Kept;
    if (form === FORM) return contents;
  } catch {
    // Said below, whatever is wrong with it.
  }
  throw new Error(
    'booksFile: holds no books that this sandbox can read: take it away to begin anew',
  );
}
