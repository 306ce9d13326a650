import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationMs, durationSchema } from '../../contract/duration.js';
import {
  customerIdSchema,
  openingReferenceSchema,
  partnerReferenceNoSchema,
} from '../../contract/identity.js';
import { moneySchema } from '../../contract/money.js';
import { authCodeOf, pinReturn } from '../../workflows/open-account/page-return.js';

describe('a customerId', () => {
  for (const id of [
    '081234567890',
    '+62 812-3456-7890',
    '6281234567890',
    '81234567890',
    'cust-6281234567890',
    'c-0812-3456-7890',
    'c0812.3456.7890x',
    'c-0812-34567890',
    'c-812-3456-7890',
    'c-81234567890',
    '62_812_3456_7890',
    'c-0812-3456-7890-2026',
    'C20261127-0812-3456-7890',
    'c00628123456789',
    'c-0062-812-3456-7890',
    'c-08-12-34-56-78-90',
    'id:08:12:34:56:78:90',
    'c-0-8-1-2-3-4-5-6-7-8-9-0',
    'cust-0812---34567890',
    'cust-0812-.:_.-.:_.-3456-7890',
    '00000081234567890',
    'c0006281234567890',
    'c-85-1234-5678',
    'a@b.co',
    '',
    'a/b',
    'x'.repeat(65),
  ]) {
    test(`is refused: ${id.slice(0, 20)}`, () =>
      assert.equal(customerIdSchema.safeParse(id).success, false));
  }
  for (const id of [
    'customer-1001',
    '1140340010',
    'cust-81234567-8901',
    '81234567-8901-4abc-8def-081234567890',
    'C:2026.08-1',
    'customer-08123456-7890-4abc-8def-081234567890',
    'A20260812-34567',
    'shop-88-1234567',
    'C-2026-08-12-10-15-30',
    'C-08-12-2026',
  ]) {
    test(`is taken: ${id}`, () => assert.equal(customerIdSchema.safeParse(id).success, true));
  }
});

test('a reference needs no escaping anywhere', () => {
  assert.equal(partnerReferenceNoSchema.safeParse('INV-2026_1:a.b').success, true);
  assert.equal(partnerReferenceNoSchema.safeParse("INV' OR 1").success, false);
});

describe('a reference', () => {
  for (const reference of [
    'INV-0812-3456-7890',
    'INV6281234567890',
    '081234567890-1',
    'c00628123456789',
    'c-0062-812-3456-7890',
    '0812---3456---7890',
    'INV-08-12-34-56-78-90',
  ])
    test(`is refused: ${reference}`, () => {
      for (const schema of [partnerReferenceNoSchema, openingReferenceSchema])
        assert.equal(schema.safeParse(reference).success, false);
    });
  for (const reference of [
    'INV-08112026-0001',
    'INV-081120260001',
    'INV-20261127-081234567890',
    '2026-11-27T081234567890',
    'INV-2026112708123456',
    'INV-2026-08-12-1015-0001',
    '8123456789',
    'INV-0000812345678',
    '00000081234567890',
    'INV-08-11-2026-0001',
    'INV-08-12-1015-0001',
    'INV-26-08-12-10-15-30-0001',
    'INV-85-1234-5678',
  ])
    test(`is taken: ${reference}`, () =>
      assert.equal(partnerReferenceNoSchema.safeParse(reference).success, true));
});

test('of an ID that holds a phone number it is told where, and never what', () => {
  const told = (schema: typeof customerIdSchema, id: string) =>
    schema.safeParse(id).error?.issues.map(({ message }) => message) ?? [];
  const at = (from: number, to: number) => [
    `must not hold a phone number, as characters ${from} to ${to} look like one`,
  ];
  for (const [id, from, to] of [
    ['INV-081234567890', 5, 16],
    ['INV.0812.3456.7890', 5, 18],
    ['62811234567', 1, 11],
  ] as const)
    for (const schema of [partnerReferenceNoSchema, openingReferenceSchema, customerIdSchema])
      assert.deepEqual(told(schema, id), at(from, to), id);
  const behindUuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301-081234567890';
  assert.deepEqual(told(customerIdSchema, behindUuid), at(38, 49));
  assert.deepEqual(told(customerIdSchema, '812 3456 7890')[0], at(1, 13)[0]);
  for (const id of ['INV-20260812345678', 'ORD-1795801029123', 'INV-9081234567890'])
    assert.deepEqual(told(partnerReferenceNoSchema, id), [], id);
  assert.deepEqual(told(partnerReferenceNoSchema, '8123456789'), []);
  assert.deepEqual(told(customerIdSchema, '8123456789'), at(1, 10));
});

test('money is a string with two decimals, above zero, in rupiah', () => {
  const isMoney = (value: unknown, currency = 'IDR') =>
    moneySchema.safeParse({ value, currency }).success;
  assert.deepEqual(
    ['1.00', '9999999999999999.99', '0.01'].map((value) => isMoney(value)),
    [true, true, true],
  );
  assert.deepEqual(
    ['0.00', '01.00', '1', '1.0', '-1.00', '1,00', 100].map((value) => isMoney(value)),
    Array(7).fill(false),
  );
  assert.equal(isMoney('1.00', 'USD'), false);
});

test('a duration says its unit, and lasts 30 days at most', () => {
  assert.equal(durationMs('90 seconds'), 90_000);
  assert.equal(durationMs('1 day'), 86_400_000);
  assert.deepEqual(
    ['30 days', '1 minute'].map((text) => durationSchema.safeParse(text).success),
    [true, true],
  );
  assert.deepEqual(
    ['31 days', '0 seconds', '10', '1 week', ''].map(
      (text) => durationSchema.safeParse(text).success,
    ),
    Array(5).fill(false),
  );
});

test('what a browser brings back is read by name and never trusted to be well-formed', () => {
  assert.deepEqual(pinReturn('?from=x&accountId=114&partnerReferenceNo=R-1&status=SUCCESS'), {
    accountId: '114',
    partnerReferenceNo: 'R-1',
    status: 'SUCCESS',
  });
  assert.equal(pinReturn('accountId=drop table').accountId, undefined);
  assert.equal(authCodeOf('https://m.example/cb?authCode=a%2Db'), 'a-b');
  assert.equal(authCodeOf('authCode=%'), undefined);
  assert.equal(authCodeOf(''), undefined);
});
