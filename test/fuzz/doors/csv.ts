import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InvalidInputError, InvalidRowsError } from '../../../client/errors.js';
import { rowsFromCsv } from '../../../client/top-up-rows.js';
import { topUpRowSchema } from '../../../contract/top-up-batch.js';
import { doorOf } from '../door.js';
import { change, changed, oddText } from '../texts.js';

/** Stands in every cell that is no column's name: no complaint may quote it. */
const SECRET = 'S3CRET';
const HEADERS = [
  'partnerReferenceNo,customerId,amount',
  'partnerReferenceNo,customerId,amount,notes',
  'notes,amount,customerId,partnerReferenceNo',
  'partnerReferenceNo;customerId;amount',
  'partnerReferenceNo,customerId,amount,amount',
  '',
];

/** Files of top-ups, by text and by bytes. */
export const csv = doorOf('CSV', 15, async () => ({
  inputs: fc.record({
    header: fc.constantFrom(...HEADERS),
    rows: fc.array(
      fc.array(
        oddText.map((text) => SECRET + text),
        { maxLength: 5 },
      ),
      { maxLength: 5 },
    ),
    hasGoodRow: fc.boolean(),
    isQuoted: fc.boolean(),
    end: fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
    encoding: fc.constantFrom('utf8', 'utf16le', 'latin1', undefined),
    change,
  }),
  takes: async ({ header, rows, hasGoodRow, isQuoted, end, encoding, change: how }) => {
    const written = rows.map((cells) =>
      cells.map((cell) => (isQuoted ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','),
    );
    const good = hasGoodRow
      ? ['TOP-1,customer-1,100.00,'.slice(0, header.length > 40 ? 24 : 23)]
      : [];
    const text = changed([header, ...good, ...written].join(end), how);
    const file = encoding === undefined ? text : Buffer.from(text, encoding as BufferEncoding);
    try {
      for (const row of await rowsFromCsv(file)) assert.ok(topUpRowSchema.safeParse(row).success);
    } catch (error) {
      // Of what has no rows at all there is none to name.
      if (
        error instanceof InvalidInputError &&
        error.message === 'rows: there are none: send one at least'
      )
        return;
      assert.ok(error instanceof InvalidRowsError, String(error));
      const bytes = typeof file === 'string' ? file : file.toString('latin1');
      const lines = bytes.split(/\r\n|\n|\r/).length;
      for (const { row } of error.mistakes) assert.ok(row >= 1 && row <= lines + 1, `row ${row}`);
      assert.ok(!error.message.includes(SECRET), error.message);
    }
  },
}));
