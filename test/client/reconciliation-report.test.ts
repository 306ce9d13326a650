import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { reconciliationCsv } from '../../client/reconciliation-report.js';

describe("a reconciliation's report as CSV", () => {
  const cellsOf = (text: string, delimiter = ',') => {
    const mismatch = {
      kind: 'status',
      partnerReferenceNo: text,
      subject: text,
      here: text,
      doku: text,
    };
    const csv = reconciliationCsv({ mismatches: [mismatch] } as never);
    return (
      parse(csv, { delimiter, relax_column_count: true, relax_quotes: true }) as string[][]
    ).flat();
  };

  test('has no cell that a spreadsheet would run, also where it splits at other signs', () => {
    for (const formula of [
      '=HYPERLINK("x")',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      'a;=1',
      'a\n=1',
      'a\t@x',
      'a|=1',
      '=1,=2',
      'a","=1',
    ])
      for (const delimiter of [',', ';', '\t', '|'])
        for (const cell of cellsOf(formula, delimiter))
          assert.doesNotMatch(cell, /^[=+\-@\t\r]/, `${JSON.stringify(formula)} by ${delimiter}`);
  });
});
