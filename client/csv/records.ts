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

/** @throws InvalidRowsError naming the line where a quote is not as it should be, never what stands there. */
export function recordsIn(csv: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const lines = new LineCount(Buffer.from(csv));
  try {
    parse(csv, {
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
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
    throw new InvalidRowsError([{ row: lines.line, column: '', message: quoteMistake(error) }]);
  }
  return records;
}

const quoteMistake = (error: unknown) =>
  (error as { code?: string }).code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'begins with a quote, here or in a cell further on, that is never closed'
    : "holds a quote that is no cell's first or last: write such a one twice, and its cell within quotes";

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
