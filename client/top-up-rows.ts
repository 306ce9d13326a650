import { setImmediate } from 'node:timers/promises';
import type * as z from 'zod';
import { fieldIssues } from '../contract/issues.js';
import { moneyOf, senOf } from '../contract/money.js';
import { PLAIN_WORDS } from '../contract/plain-words.js';
import { type TopUpRow, topUpBatchInputSchema, topUpRowSchema } from '../contract/top-up-batch.js';
import { decodedCsv } from './csv/decoding.js';
import { recordsIn } from './csv/records.js';
import { InvalidInputError, InvalidRowsError, type RowMistake } from './errors.js';

const COLUMNS = ['partnerReferenceNo', 'customerId', 'amount', 'notes'];
const OTHER_SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
] as const;
const MOST_ROWS = topUpBatchInputSchema.shape.rows.maxValue ?? 0;
/** With the header, and one that is too many. */
const MOST_RECORDS = MOST_ROWS + 2;
/** Then others have theirs: odd numbers take a while to look at, and a process may serve many. */
const ROWS_A_TURN = 200;

/**
 * Rows from a CSV file in UTF-8 with the header `partnerReferenceNo,customerId,amount` and, if wanted, `notes`. Amounts
 * are written like "15000.00".
 *
 * @throws InvalidRowsError naming every mistake by the line of the file and the column, never by what stands there;
 * InvalidInputError where there are no rows.
 */
export async function rowsFromCsv(csv: string | Uint8Array): Promise<TopUpRow[]> {
  const [header, ...records] = await recordsIn(decodedCsv(csv), MOST_RECORDS);
  const columns = header?.cells ?? [];
  const line = header?.line ?? 1;
  const separator = otherSeparatorIn(columns);
  if (separator) throw new InvalidRowsError([{ row: line, column: '', message: separator }]);
  if (records.length === 0 && isAllInOne(columns))
    throw new InvalidRowsError([{ row: line, column: '', message: ALL_IN_ONE }]);
  const rows = records.map(({ cells }) => rowOf(columns, cells));
  const lineOf = (index: number) => records[index]?.line ?? line + 1;
  const odd = headerMistakes(columns).map((mistake) => ({ row: line, ...mistake }));
  // No cell's column is known; how many there are is.
  if (odd.length > 0) throw new InvalidRowsError([...odd, ...unreadMistakes(rows, lineOf)]);
  return validRows(rows, lineOf);
}

/** A line of which it is not known which cell stands in which column. */
class UnreadRow {
  constructor(readonly mistake: string) {}
}

function rowOf(columns: readonly string[], cells: readonly string[]) {
  if (cells.length !== columns.length)
    return new UnreadRow(`has ${cells.length} cell(s) where the header has ${columns.length}`);
  const fields = Object.fromEntries(
    columns.flatMap((column, index) => (cells[index] ? [[column, cells[index]]] : [])),
  );
  return { ...fields, amount: { value: fields.amount, currency: 'IDR' } };
}

const unreadMistakes = (rows: readonly unknown[], numberOf: (index: number) => number) =>
  rows.flatMap((row, index) => (row instanceof UnreadRow ? mistakesOf(row, numberOf(index)) : []));

const ALL_IN_ONE =
  'is the only line, and holds more than a header: its line breaks were lost on the way. curl keeps them with --data-binary in place of -d';

/** A header, and rows that go on in its line: none stands on one of its own. */
const isAllInOne = (columns: readonly string[]) =>
  COLUMNS.includes(columns[0] ?? '') && columns.length > 3 && headerMistakes(columns).length > 0;

/** What makes all else that is wrong with the file, too. */
function otherSeparatorIn([only = '', ...others]: readonly string[]): string | undefined {
  const [, name] = OTHER_SEPARATORS.find(([sign]) => only.includes(sign)) ?? [];
  return name === undefined || others.length > 0
    ? undefined
    : `is separated by ${name}, as Excel does in some countries: separate by commas`;
}

/** By position, as what stands in the place of a header may be a row. */
function headerMistakes(header: readonly string[]): Omit<RowMistake, 'row'>[] {
  const odd = header.flatMap((name, index) => {
    const column = `column ${index + 1}`;
    if (!COLUMNS.includes(name)) return [{ column, message: 'is no column of a top-up' }];
    const first = header.indexOf(name);
    return first === index ? [] : [{ column, message: `is ${name}, as column ${first + 1} is` }];
  });
  const missing = COLUMNS.slice(0, 3).filter((name) => !header.includes(name));
  return [...odd, ...missing.map((column) => ({ column, message: 'is missing in the header' }))];
}

/**
 * All rows, checked as a whole before the first rupiah moves.
 *
 * @param numberOf - the number that people give a row.
 * @throws InvalidRowsError naming every mistake by row and column, never by its value; InvalidInputError where there are none.
 */
export async function validRows(
  rows: readonly unknown[],
  numberOf = (index: number) => index + 1,
): Promise<TopUpRow[]> {
  // No row is wrong, as there is none.
  if (rows.length === 0) throw noRows();
  if (rows.length > MOST_ROWS) {
    const message = `there are more than ${MOST_ROWS} rows`;
    throw new InvalidRowsError([{ row: numberOf(MOST_ROWS), column: '', message }]);
  }
  const mistakes: RowMistake[] = [];
  const firstOf = new Map<unknown, number>();
  const valid: TopUpRow[] = [];
  for (const [index, candidate] of rows.entries()) {
    if (index % ROWS_A_TURN === 0) await setImmediate();
    const row = numberOf(index);
    const result = topUpRowSchema.safeParse(candidate, PLAIN_WORDS);
    if (result.success) valid.push(result.data);
    else mistakes.push(...mistakesOf(candidate, row, result.error));
    // Of a row that is wrong elsewhere, too: nobody is to meet one mistake after the other.
    const number = (candidate as Partial<TopUpRow> | null)?.partnerReferenceNo;
    const first = firstOf.get(number);
    if (first !== undefined)
      mistakes.push({ row, column: 'partnerReferenceNo', message: `is that of row ${first} too` });
    else if (typeof number === 'string') firstOf.set(number, row);
  }
  if (mistakes.length > 0) throw new InvalidRowsError(mistakes);
  return valid;
}

function mistakesOf(candidate: unknown, row: number, error?: z.ZodError): RowMistake[] {
  if (candidate instanceof UnreadRow) return [{ row, column: '', message: candidate.mistake }];
  const issues = error ? fieldIssues(error, 'row', candidate) : [];
  return issues.map(({ path, message }) => ({ row, column: path.split('.')[1] ?? '', message }));
}

function noRows(): InvalidInputError {
  const message = 'there are none: send one at least';
  return new InvalidInputError(`rows: ${message}`, [{ path: 'batch.rows', message }]);
}

/** The sum of all rows. */
export const totalOf = (rows: readonly TopUpRow[]) =>
  moneyOf(rows.reduce((sum, row) => sum + senOf(row.amount.value), 0n));
