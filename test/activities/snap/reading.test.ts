import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod';
import { amountText } from '../../../activities/snap/amount.js';
import { outcomeOf } from '../../../activities/snap/answer.js';
import { purchaseStatus } from '../../../activities/snap/endpoints/purchase-status.js';
import { readingOf } from '../../../activities/snap/reading.js';
import {
  refundStatusOf,
  shownStatus,
  transactionStatusOf,
} from '../../../activities/snap/transaction-status.js';

const SENT = { externalId: '1', sends: 1 };

describe('reading an answer', () => {
  const ofStatus = (text: string) =>
    outcomeOf(
      purchaseStatus,
      { originalPartnerReferenceNo: 'INV-1' },
      { status: 200, text, retryAfter: undefined },
      SENT,
    );
  const statusWith = (fields: string) => {
    const outcome = ofStatus(
      `{"responseCode":"2005500","latestTransactionStatus":"00"${fields && `,${fields}`}}`,
    );
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    return outcome;
  };
  const oddOf = (fields: string) => {
    const { response, oddities } = statusWith(fields);
    return [
      response.transAmount && amountText(response.transAmount),
      ...oddities.map(({ path, held }) => `${path}: ${held}`),
    ];
  };

  test('one odd optional field costs that field, and is said with what it held', () => {
    assert.deepEqual(oddOf('"transAmount":null'), [undefined, 'transAmount: null']);
    assert.deepEqual(oddOf('"transAmount":[1,2]'), [undefined, 'transAmount: a list of 2']);
    assert.deepEqual(oddOf('"paidTime":{"at":1}'), [undefined, 'paidTime: an object']);
    assert.deepEqual(oddOf('"transactionStatusDesc":["x"],"originalReferenceNo":{}'), [
      undefined,
      'originalReferenceNo: an object',
      'transactionStatusDesc: a list of 1',
    ]);
    assert.deepEqual(oddOf('"serviceCode":null,"paidTime":"","more":{"any":[]}'), [undefined]);
  });

  test('an amount is read where nothing is lost, and otherwise kept as it was given', () => {
    const amounts = [
      ['{"value":"10000.00","currency":"IDR"}', '10000.00'],
      ['{"value":"10000.000","currency":"IDR"}', '10000.00'],
      ['{"value":" 10000.00 ","currency":"idr"}', '10000.00'],
      ['{"value":10000.00,"currency":"IDR"}', '10000.00'],
      ['{"value":1.0E7,"currency":"IDR"}', '10000000.00'],
      ['{"value":1234567890123456.78}', '1234567890123456.78'],
      ['10000', '10000.00'],
      ['{"value":"10000.00","currency":"USD"}', 'USD 10000.00'],
      ['{"value":"10000.004","currency":"IDR"}', 'IDR 10000.004'],
      ['{"value":"-10000.00","currency":"IDR"}', 'IDR -10000.00'],
      ['{"value":"10.000,00","currency":"IDR"}', 'IDR 10.000,00'],
    ] as const;
    for (const [given, expected] of amounts) {
      const isOdd = expected.includes(' ');
      assert.deepEqual(
        oddOf(`"transAmount":${given}`),
        [expected, ...(isOdd ? [`transAmount: "${expected}"`] : [])],
        given,
      );
    }
  });

  test('one entry without its status, or that is none, does not lose the others', () => {
    const { response, oddities } = statusWith(
      '"refundHistory":[{"partnerRefundNo":"A"},null,{"partnerRefundNo":"B","refundStatus":{}},{"partnerRefundNo":"C","refundStatus":"00"}]',
    );
    assert.deepEqual(
      response.refundHistory?.map(({ partnerRefundNo, refundStatus }) => [
        partnerRefundNo,
        refundStatus,
      ]),
      [
        ['A', undefined],
        ['', undefined],
        ['B', undefined],
        ['C', '00'],
      ],
    );
    assert.deepEqual(
      oddities.map(({ path }) => path),
      ['refundHistory.1', 'refundHistory.2.refundStatus'],
    );
  });

  test('what a decision needs is wrong-shape when it cannot be read, and named', () => {
    const told = (text: string) => {
      const outcome = ofStatus(text);
      return outcome.kind === 'doubtful' && `${outcome.reason}: ${outcome.responseMessage}`;
    };
    assert.equal(
      told('{"responseCode":"2005500","latestTransactionStatus":{"code":"00"}}'),
      'wrong-shape: wrong shape at latestTransactionStatus, which held an object',
    );
    assert.equal(
      told('{"responseCode":"2005500"}'),
      'wrong-shape: wrong shape at latestTransactionStatus, which held nothing',
    );
    // No refunds at all is another thing than refunds that cannot be read.
    assert.equal(
      told('{"responseCode":"2005500","latestTransactionStatus":"00","refundHistory":"none"}'),
      'wrong-shape: wrong shape at refundHistory, which held "none"',
    );
    assert.equal(
      told('{"responseCode":"20055000"}'),
      'wrong-shape: wrong shape at responseCode, which held "20055000"',
    );
  });

  test('numbers keep their digits, and codes may be numbers', () => {
    const { response } = statusWith(
      '"originalReferenceNo":12345678901234567890,"originalPartnerReferenceNo":"INV-1 "',
    );
    assert.equal(response.originalReferenceNo, '12345678901234567890');
    const coded = ofStatus('{"responseCode":2005500,"latestTransactionStatus":6}');
    assert.ok(coded.kind === 'succeeded');
    assert.equal(transactionStatusOf(coded.response.latestTransactionStatus), 'failed');
    const other = ofStatus(
      '{"responseCode":"2005500","latestTransactionStatus":"00","originalPartnerReferenceNo":12}',
    );
    assert.equal(other.kind === 'doubtful' && other.reason, 'wrong-reference');
  });

  test('a member given twice is no answer', () => {
    for (const text of [
      '{"responseCode":"2005500","latestTransactionStatus":"06","latestTransactionStatus":"00"}',
      '{"responseCode":"4045501","responseCode":"4045501"}',
    ]) {
      const outcome = ofStatus(text);
      assert.equal(outcome.kind === 'doubtful' && outcome.reason, 'ambiguous');
    }
  });

  test("what is nested or large beyond anything of DOKU's is no answer, and nothing calls itself to death over it", () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    const many = Array.from({ length: 30_000 }, (_, index) => `"k${index}":""`).join(',');
    for (const more of [deep(65), deep(100_000), `{${many}}`]) {
      const outcome = ofStatus(
        `{"responseCode":"2005500","latestTransactionStatus":"00","additionalInfo":${more}}`,
      );
      assert.equal(outcome.kind === 'doubtful' && outcome.reason, 'not-json');
    }
    assert.ok(JSON.stringify(statusWith(`"additionalInfo":${deep(60)}`)).length > 300);
  });

  test('what looks like an amount in a field that nobody reads is none where its currency is no text', () => {
    const { oddities } = statusWith(
      '"more":{"value":"","currency":{}},"other":{"value":"1","currency":null}',
    );
    assert.deepEqual(oddities, []);
  });

  test('numbers are taken for texts only where JSON has numbers', () => {
    for (const fields of [
      '1:2',
      '"a":01',
      '"a":1.',
      '"a":-',
      '"a":1-2',
      '"a":+1',
      '"a":1e',
      '"a":[1 2]',
      '"a":.5',
      '"a":1"b"',
      '"a" 1',
      '"a":1,2',
    ])
      assert.equal(ofStatus(`{"responseCode":"2005500",${fields}}`).kind, 'doubtful', fields);
    const { response } = statusWith('"a":[-0.5, 1E+2 ,0,[3]],"b":{"c":-1}');
    assert.deepEqual([response.a, response.b], [['-0.5', '1E+2', '0', ['3']], { c: '-1' }]);
  });

  test('thousands of odd entries cost no more than their number, and a few are told', () => {
    const entries = Array.from({ length: 4_000 }, () => '{"refundNo":{},"refundStatus":"00"}');
    const { response, oddities } = statusWith(`"refundHistory":[${entries.join(',')}]`);
    assert.equal(response.refundHistory?.length, 4_000);
    assert.equal(oddities.length, 50);
  });

  test('an address at the end of what is kept of a long message is not cut in half', () => {
    for (const length of [1_000, 1_010, 1_020, 2_000]) {
      const outcome = ofStatus(
        JSON.stringify({
          responseCode: '4005500',
          responseMessage: `${'x '.repeat(60)}${'\t'.repeat(length - 120)}siti.aminah@example.com`,
        }),
      );
      assert.doesNotMatch(outcome.responseMessage ?? '', /siti|example/);
    }
  });

  test('what a field held is told without what could identify a person or open a door', () => {
    const { oddities } = readingOf(
      z.looseObject({ a: z.literal('x').optional(), accessToken: z.literal('x').optional() }),
      [],
      { a: `of 6281234567890, a@b.co, ${'k'.repeat(30)}`, accessToken: 'secret' },
    );
    assert.deepEqual(oddities, [
      { path: 'a', held: '"of …, … …"' },
      { path: 'accessToken', held: 'a text of 6' },
    ]);
  });

  test('codes that SNAP does not know are kept and shown', () => {
    assert.deepEqual(shownStatus(transactionStatusOf, '99'), {
      status: 'unknown',
      statusCode: '99',
    });
    assert.deepEqual(shownStatus(refundStatusOf, undefined), { status: 'unknown' });
    assert.deepEqual(shownStatus(refundStatusOf, '6'), { status: 'failed' });
  });
});
