import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidRowsError } from '../../client/errors.js';
import { rowsFromCsv } from '../../client/top-up-rows.js';

const HEADER = 'partnerReferenceNo,customerId,amount,notes';
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

/** "line column: message" of each mistake. */
async function mistakesIn(csv: string | Uint8Array): Promise<string[]> {
  try {
    await rowsFromCsv(csv);
  } catch (error) {
    assert.ok(error instanceof InvalidRowsError, String(error));
    return error.mistakes.map(({ row, column, message }) => `${row} ${column}: ${message}`);
  }
  return [];
}
/** Where, without why. */
const placesIn = async (csv: string | Uint8Array) =>
  (await mistakesIn(csv)).map((mistake) => mistake.split(':', 1)[0]?.trim());

describe('rows from a CSV file', () => {
  test('are the same from text and bytes, with a byte order mark and without, however lines end', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = [
        HEADER,
        '',
        'TOP-1,customer-1,15000.00,"untuk, Siti é"',
        'TOP-2,customer-1,1.00,',
        '',
      ].join(end);
      for (const csv of [text, `\ufeff${text}`, bytes(text), bytes(`\ufeff${text}`)]) {
        assert.deepEqual(await rowsFromCsv(csv), [
          {
            partnerReferenceNo: 'TOP-1',
            customerId: 'customer-1',
            amount: { value: '15000.00', currency: 'IDR' },
            notes: 'untuk, Siti é',
          },
          {
            partnerReferenceNo: 'TOP-2',
            customerId: 'customer-1',
            amount: { value: '1.00', currency: 'IDR' },
          },
        ]);
      }
    }
  });

  test('of a file whose line breaks were lost, as by `curl -d`, that is told, and nothing else', async () => {
    const lines = ['TOP-1,customer-1,15000.00', 'TOP-2,customer-1,1.00'];
    for (const header of ['partnerReferenceNo,customerId,amount', HEADER])
      for (const rows of [lines.slice(1), lines]) {
        const [told, ...others] = await mistakesIn([header, ...rows].join(''));
        assert.match(String(told), /^1 : is the only line, .* --data-binary in place of -d$/);
        assert.deepEqual(others, []);
      }
  });

  test('a column twice is refused', async () => {
    assert.deepEqual(
      await mistakesIn(
        'partnerReferenceNo,customerId,amount,amount\nTOP-1,customer-1,1.00,900000.00',
      ),
      ['1 column 4: is amount, as column 3 is'],
    );
  });

  test('without a header, what stands in its place is not told', async () => {
    const told = await mistakesIn(
      'TOP-1,customer-7,15000.00,for Siti 081234567890\nTOP-2,c,1.00,x',
    );
    assert.deepEqual(
      told.map((mistake) => mistake.split(':', 1)[0]),
      [
        '1 column 1',
        '1 column 2',
        '1 column 3',
        '1 column 4',
        '1 partnerReferenceNo',
        '1 customerId',
        '1 amount',
      ],
    );
    assert.doesNotMatch(told.join(), /TOP-1|customer-7|15000|Siti|0812/);
  });

  test('a row of too few or too many cells is named by its line', async () => {
    assert.deepEqual(await mistakesIn(`${HEADER}\n\nTOP-1,customer-1\nTOP-2,customer-1,1.00,a,b`), [
      '3 : has 2 cell(s) where the header has 4',
      '4 : has 5 cell(s) where the header has 4',
    ]);
  });

  test('a line that can be no row, and rows past the most that a batch takes, are not read', async () => {
    const longest = 'is longer than a row can be, or begins with a quote';
    const isTooLong = async (csv: string, line: number) =>
      assert.ok((await mistakesIn(csv)).join().startsWith(`${line} : ${longest}`), `line ${line}`);
    await isTooLong(','.repeat(200_000), 1);
    await isTooLong(`${HEADER}\r\n\r\n${','.repeat(200_000)}`, 3);
    await isTooLong(`${HEADER}\n"${'x\n'.repeat(100_000)}`, 2);
    const rows = Array.from({ length: 50_100 }, (_, index) => `TOP-${index},customer-1,1.00,`);
    const most = `${HEADER}\n${rows.join('\n')}\n"`;
    assert.deepEqual(await mistakesIn(most), ['50002 : there are more than 50000 rows']);
  });

  test('every mistake is told at once, whatever else is wrong', async () => {
    const rows = [
      'TOP-1,customer-1,abc,',
      'TOP-2,customer-1',
      'TOP-3,,1.00,',
      'TOP-1,customer-1,1.00,',
      'TOP-2,customer-1,2.00,',
      'TOP-4,customer-1,0.00,x,y',
    ];
    const told = await mistakesIn([HEADER, ...rows].join('\n'));
    assert.deepEqual(
      told.map((mistake) => mistake.replace(/(must be a string such as "10000.00").*/, '$1')),
      [
        '2 amount: must be a string such as "10000.00"',
        '3 : has 2 cell(s) where the header has 4',
        '4 customerId: is missing',
        '5 partnerReferenceNo: is that of row 2 too',
        '7 : has 5 cell(s) where the header has 4',
      ],
    );
  });

  test('mistakes stand on the lines of the file, after blank ones and breaks within quotes', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const lines = [
        '',
        HEADER,
        '',
        `TOP-1,customer-1,1.00,"two${end}lines${end}and a third"`,
        '  ',
        'TOP-2,customer-1,1,',
        `TOP-3,customer-1,2,"a${end}b"`,
        '',
        'TOP-1,customer-1,1.00,',
      ];
      assert.deepEqual(await placesIn(lines.join(end)), [
        '8 amount',
        '9 amount',
        '12 partnerReferenceNo',
      ]);
    }
  });

  test('a quote out of place is named by its line, and not by what stands there', async () => {
    const before = `${HEADER}\n\nTOP-1,customer-1,1.00,"a\nb"\n`;
    for (const row of ['TOP-"S3CRET,c,1.00,x', 'TOP-2,c,1.00,"S3CRET"x', '"S3CRET']) {
      const told = await mistakesIn(`${before}${row}\n`);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /^5 : .*quote/);
      assert.doesNotMatch(told[0] ?? '', /S3CRET|"x/);
    }
  });

  test('bytes that are not UTF-8 are named by line and character', async () => {
    const good = bytes(`${HEADER}\nTOP-1,customer-1,1.00,é👍`);
    assert.match(
      (await mistakesIn(Buffer.concat([good, Buffer.of(0xff)])))[0] ?? '',
      /^2 character 25: holds bytes that are not UTF-8/,
    );
    assert.match(
      (await mistakesIn(Buffer.concat([bytes('\ufeff'), good, Buffer.of(0xc3)])))[0] ?? '',
      /^2 character 25:/,
    );
    assert.match(
      (await mistakesIn(`${HEADER}\nTOP-1,customer-1,1.00,caf\ufffd`))[0] ?? '',
      /^2 character 26: .*pass its bytes/,
    );
  });

  test('other encodings are named for what they are, with what to do', async () => {
    const text = `${HEADER}\nTOP-1,customer-1,1.00,café`;
    assert.match(
      (await mistakesIn(bytes(text, 'latin1')))[0] ?? '',
      /^2 character 26: is Windows-1252.*save it as "CSV UTF-8"/,
    );
    const utf16 = bytes(text, 'utf16le');
    for (const csv of [
      utf16,
      Buffer.concat([Buffer.of(0xff, 0xfe), utf16]),
      Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()]),
      Buffer.from(utf16).swap16(),
    ])
      assert.match(
        (await mistakesIn(csv))[0] ?? '',
        /^1 character 1: is UTF-16.*save it as "CSV UTF-8"/,
      );
  });

  test('other separators are named, with what to do', async () => {
    for (const [sign, name] of [
      [';', 'semicolons'],
      ['\t', 'tabs'],
    ])
      assert.deepEqual(
        await mistakesIn(`${`${HEADER}\nTOP-1,customer-1,1.00`.replaceAll(',', sign ?? '')},00\n`),
        [`1 : is separated by ${name}, as Excel does in some countries: separate by commas`],
      );
  });

  test('a NUL is refused where it stands', async () => {
    for (const csv of [`${HEADER}\nTOP-1,c\0,1.00,`, bytes(`${HEADER}\nTOP-1,c\0,1.00,`)])
      assert.match((await mistakesIn(csv))[0] ?? '', /^2 character 8: holds a NUL/);
  });

  test('an empty file has no header', async () => {
    for (const csv of ['', '\n\n', new Uint8Array()]) assert.equal((await placesIn(csv)).length, 3);
    await assert.rejects(rowsFromCsv(HEADER), {
      name: 'InvalidInputError',
      message: /^rows: there are none/,
    });
  });

  test('a line is named as it is however far on it stands', async () => {
    const far = Array.from(
      { length: 20_000 },
      (_, index) => `TOP-${index},customer-1,1.00,"a\r\nb"\r\n`,
    );
    assert.deepEqual(await placesIn([HEADER, ...far, 'TOP-X,c,0,'].join('\n')), ['60002 amount']);
    assert.deepEqual(await placesIn([HEADER, ...far, 'T"OP-X,c,1.00,'].join('\n')), ['60002']);
  });

  test('millions of blank lines are not passed over, and rows are read while others have their turn', async () => {
    const beganMs = performance.now();
    const told = await mistakesIn(bytes(`${HEADER}\n${'\n'.repeat(20_000_000)}`));
    assert.match(told[0] ?? '', /is more than a batch has lines/);
    assert.ok(performance.now() - beganMs < 5_000, 'it takes long');
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 0);
    const rows = Array.from({ length: 50_002 }, (_, index) => `TOP-${index},${'x'.repeat(200)}`);
    await mistakesIn([HEADER.replace('customerId', 'customer'), ...rows].join('\n'));
    clearInterval(turning);
    assert.ok(turns >= 20, `${turns} turns`);
  });

  test('while many rows are looked at, others have their turn', async () => {
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const rows = Array.from({ length: 10_000 }, (_, index) => `TOP-${index},customer-1,1.00,`);
    await rowsFromCsv([HEADER, ...rows].join('\n'));
    isDone = true;
    assert.ok(turns >= 20, `${turns} turns`);
  });
});
