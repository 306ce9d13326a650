import { parse } from 'csv-parse/sync';
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

/**
 * @param most - no more are read: a file of millions of lines takes as long to read as to count, and nobody is answered meanwhile.
 * @throws InvalidRowsError naming the line that is no row, as by its quotes, never what stands there.
 */
export function recordsIn(csv: string, most: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  const bytes = Buffer.from(csv);
  assertShortLines(bytes);
  const lines = new LineCount(bytes);
  try {
    parse(csv, {
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      to: most,
      max_record_size: LONGEST_RECORD,
      // The library counts a line break within quotes once or twice, but bytes as they are.
      on_record: (cells: string[], { bytes }) => {
        lines.skipBlanks();
        records.push({ line: lines.line, cells });
        lines.goTo(bytes);
        return null;
      },
    });
  } catch (error) {
    lines.skipBlanks();
    throw new InvalidRowsError([{ row: lines.line, column: '', message: mistakeIn(error) }]);
  }
  return records;
}

const UNCLOSED = 'begins with a quote, here or in a cell further on, that is never closed';
const TOO_LONG = `is longer than a row can be, or ${UNCLOSED}`;
const MISTAKES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: UNCLOSED,
  CSV_MAX_RECORD_SIZE: TOO_LONG,
};
const ODD_QUOTE =
  "holds a quote that is no cell's first or last: write such a one twice, and its cell within quotes";

const mistakeIn = (error: unknown) =>
  MISTAKES[(error as { code?: string }).code ?? ''] ?? ODD_QUOTE;

/** The library keeps all cells of a line, of which millions fit into a file. */
function assertShortLines(bytes: Buffer): void {
  let from = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) from = at + 1;
    if (at - from < LONGEST_RECORD) continue;
    const lines = new LineCount(bytes);
    lines.goTo(from);
    throw new InvalidRowsError([{ row: lines.line, column: '', message: TOO_LONG }]);
  }
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
