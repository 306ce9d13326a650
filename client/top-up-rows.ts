import { fieldIssues } from '../contract/issues.js';
import { moneyOf, senOf } from '../contract/money.js';
import { PLAIN_WORDS } from '../contract/plain-words.js';
import { type TopUpRow, topUpBatchInputSchema, topUpRowSchema } from '../contract/top-up-batch.js';
import { decodedCsv } from './csv/decoding.js';
import { recordsIn } from './csv/records.js';
import { InvalidRowsError, type RowMistake } from './errors.js';

const COLUMNS = ['partnerReferenceNo', 'customerId', 'amount', 'notes'];
const OTHER_SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
] as const;
const MOST_ROWS = topUpBatchInputSchema.shape.rows.maxValue ?? 0;

/**
 * Rows from a CSV file in UTF-8 with the header `partnerReferenceNo,customerId,amount` and, if wanted, `notes`. Amounts
 * are written like "15000.00".
 *
 * @throws InvalidRowsError naming every mistake by the line of the file and the column, never by what stands there.
 */
export function rowsFromCsv(csv: string | Uint8Array): TopUpRow[] {
  const [header, ...records] = recordsIn(decodedCsv(csv));
  const columns = header?.cells ?? [];
  const line = header?.line ?? 1;
  const separator = otherSeparatorIn(columns);
  if (separator) throw new InvalidRowsError([{ row: line, column: '', message: separator }]);
  const mistakes = [
    ...headerMistakes(columns).map((mistake) => ({ row: line, ...mistake })),
    ...records
      .filter(({ cells }) => cells.length !== columns.length)
      .map((record) => ({
        row: record.line,
        column: '',
        message: `has ${record.cells.length} cell(s) where the header has ${columns.length}`,
      })),
  ];
  if (mistakes.length > 0) throw new InvalidRowsError(mistakes);
  const rows = records.map(({ cells }) => {
    const fields = Object.fromEntries(
      columns.flatMap((column, index) => (cells[index] ? [[column, cells[index]]] : [])),
    );
    return { ...fields, amount: { value: fields.amount, currency: 'IDR' } };
  });
  return validRows(rows, (index) => records[index]?.line ?? line + 1);
}

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
 * @throws InvalidRowsError naming every mistake by row and column, never by its value.
 */
export function validRows(
  rows: readonly unknown[],
  numberOf = (index: number) => index + 1,
): TopUpRow[] {
  if (rows.length === 0)
    throw new InvalidRowsError([{ row: numberOf(0), column: '', message: 'there are no rows' }]);
  if (rows.length > MOST_ROWS) {
    const message = `there are more than ${MOST_ROWS} rows`;
    throw new InvalidRowsError([{ row: numberOf(MOST_ROWS), column: '', message }]);
  }
  const mistakes: RowMistake[] = [];
  const firstOf = new Map<string, number>();
  const valid = rows.flatMap((candidate, index) => {
    const row = numberOf(index);
    const result = topUpRowSchema.safeParse(candidate, PLAIN_WORDS);
    if (!result.success) {
      mistakes.push(
        ...fieldIssues(result.error, 'row', candidate).map(({ path, message }) => ({
          row,
          column: path.split('.')[1] ?? '',
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
