import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { InvalidRowsError } from '../errors.js';

/** A line of cells; cells within quotes may break it into several lines of the file. */
export interface CsvRecord {
  /** Of the file, where it begins; the first is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANKS: ReadonlySet<number | undefined> = new Set([LINE_FEED, CARRIAGE_RETURN, 0x20, 0x09]);

/** No row comes near it, and all that follows an open quote is one. */
const LONGEST_RECORD = 100_000;

/** Read at once; then others have their turn. */
const SLICE = 64 * 1024;
/** For each row that is read: blank ones are passed over, and to pass over millions of them takes long, too. */
const LINES_A_ROW = 10;

/**
 * @param most - no more are read: a file of millions of lines takes as long to read as to count, and nobody is answered meanwhile.
 * @throws InvalidRowsError naming the line that is no row, as by its quotes, never what stands there.
 */
export async function recordsIn(csv: string, most: number): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  const bytes = Buffer.from(csv);
  assertLines(bytes, LINES_A_ROW * most);
  const lines = new LineCount(bytes);
  const isFull = () => records.length >= most;
  const parser = parse({
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_RECORD,
    // The library counts a line break within quotes once or twice, but bytes as they are.
    on_record: (cells: string[], { bytes }) => {
      if (isFull()) return null;
      lines.skipBlanks();
      records.push({ line: lines.line, cells });
      lines.goTo(bytes);
      return null;
    },
  });
  try {
    await pipeline(slicesOf(bytes, isFull), parser.resume());
  } catch (error) {
    // Of what nobody reads, it may be cut off.
    if (isFull()) return records;
    lines.skipBlanks();
    throw new InvalidRowsError([{ row: lines.line, column: '', message: mistakeIn(error) }]);
  }
  return records;
}

/** @param isEnough - whether the rest is read by nobody. */
async function* slicesOf(bytes: Buffer, isEnough: () => boolean): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length && !isEnough(); from += SLICE) {
    await setImmediate();
    yield bytes.subarray(from, from + SLICE);
  }
}

const UNCLOSED = 'begins with a quote, here or in a cell further on, that is never closed';
const TOO_LONG = `is longer than a row can be, or ${UNCLOSED}`;
const TOO_MANY = 'is more than a batch has lines, even with blank ones between';
const MISTAKES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: UNCLOSED,
  CSV_MAX_RECORD_SIZE: TOO_LONG,
};
const ODD_QUOTE =
  "holds a quote that is no cell's first or last: write such a one twice, and its cell within quotes";

const mistakeIn = (error: unknown) =>
  MISTAKES[(error as { code?: string }).code ?? ''] ?? ODD_QUOTE;

/** The library keeps all cells of a line, of which millions fit into a file. */
function assertLines(bytes: Buffer, most: number): void {
  let from = 0;
  let breaks = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      from = at + 1;
      breaks += 1;
    }
    if (at - from >= LONGEST_RECORD) throw ofLine(bytes, from, TOO_LONG);
    if (breaks > most) throw ofLine(bytes, from, TOO_MANY);
  }
}

function ofLine(bytes: Buffer, from: number, message: string): InvalidRowsError {
  const lines = new LineCount(bytes);
  lines.goTo(from);
  return new InvalidRowsError([{ row: lines.line, column: '', message }]);
}

/** Counts the lines of a text on the way through it, whichever way they end. */
class LineCount {
  line = 1;
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skipBlanks(): void {
    let end = this.#at;
    while (BLANKS.has(this.#bytes[end])) end++;
    this.goTo(end);
  }

  goTo(end: number): void {
    for (; this.#at < end; this.#at++) {
      const byte = this.#bytes[this.#at];
      const isBreak =
        byte === LINE_FEED || (byte === CARRIAGE_RETURN && this.#bytes[this.#at + 1] !== LINE_FEED);
      if (isBreak) this.line++;
    }
  }
}
