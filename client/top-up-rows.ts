import { parse } from 'csv-parse/sync';
import { moneyOf, senOf } from '../contract/money.js';
import { type TopUpRow, topUpBatchInputSchema, topUpRowSchema } from '../contract/top-up-batch.js';
import { InvalidRowsError, type RowMistake } from './errors.js';

const COLUMNS = ['partnerReferenceNo', 'customerId', 'amount', 'notes'];
const MOST_ROWS = topUpBatchInputSchema.shape.rows.maxValue ?? 0;

/**
 * Rows from a CSV file with the header `partnerReferenceNo,customerId,amount` and, if wanted, `notes`. Amounts are
 * written like "15000.00".
 *
 * @throws InvalidRowsError naming every mistake by row, counted as in the file, and column.
 */
export function rowsFromCsv(csv: string): TopUpRow[] {
  const records = recordsIn(csv);
  const [header = []] = records;
  const unknown = header.filter((column) => !COLUMNS.includes(column));
  const missing = COLUMNS.slice(0, 3).filter((column) => !header.includes(column));
  if (unknown.length > 0 || missing.length > 0) {
    throw new InvalidRowsError([
      ...unknown.map((column) => ({ row: 1, column, message: 'is no column of a top-up' })),
      ...missing.map((column) => ({ row: 1, column, message: 'is missing' })),
    ]);
  }
  const rows = records.slice(1).map((record) => {
    const fields = Object.fromEntries(
      header.flatMap((column, index) => (record[index] ? [[column, record[index]]] : [])),
    );
    return { ...fields, amount: { value: fields.amount, currency: 'IDR' } };
  });
  return validRows(rows, 2);
}

/** @throws InvalidRowsError */
function recordsIn(csv: string): string[][] {
  try {
    return parse(csv, { bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    const { lines, message } = error as Error & { lines?: number };
    throw new InvalidRowsError([{ row: lines ?? 1, column: '', message }]);
  }
}

/**
 * All rows, checked as a whole before the first rupiah moves.
 *
 * @param firstRow - the number that people give the first row.
 * @throws InvalidRowsError naming every mistake by row and column, never by its value.
 */
export function validRows(rows: readonly unknown[], firstRow = 1): TopUpRow[] {
  if (rows.length === 0)
    throw new InvalidRowsError([{ row: firstRow, column: '', message: 'there are no rows' }]);
  if (rows.length > MOST_ROWS) {
    const message = `there are more than ${MOST_ROWS} rows`;
    throw new InvalidRowsError([{ row: firstRow + MOST_ROWS, column: '', message }]);
  }
  const mistakes: RowMistake[] = [];
  const firstOf = new Map<string, number>();
  const valid = rows.flatMap((candidate, index) => {
    const row = firstRow + index;
    const result = topUpRowSchema.safeParse(candidate);
    if (!result.success) {
      mistakes.push(
        ...result.error.issues.map(({ path, message }) => ({
          row,
          column: String(path[0] ?? ''),
          message,
        })),
      );
      return [];
    }
    const { partnerReferenceNo } = result.data;
    const first = firstOf.get(partnerReferenceNo);
    if (first !== undefined)
      mistakes.push({ row, column: 'partnerReferenceNo', message: `is that of row ${first} too` });
    else firstOf.set(partnerReferenceNo, row);
    return [result.data];
  });
  if (mistakes.length > 0) throw new InvalidRowsError(mistakes);
  return valid;
}

/** The sum of all rows. */
export const totalOf = (rows: readonly TopUpRow[]) =>
  moneyOf(rows.reduce((sum, row) => sum + senOf(row.amount.value), 0n));
