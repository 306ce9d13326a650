import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { fieldIssues } from '../../contract/issues.js';
import { journeys } from '../../contract/journeys.js';
import { PLAIN_WORDS } from '../../contract/plain-words.js';
import { purchaseInputSchema } from '../../contract/purchase.js';

const told = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value, PLAIN_WORDS);
  return error ? fieldIssues(error, 'input', value).map(({ message }) => message) : [];
};

test('whatever is wrong is told in one voice, and none of it is zod’s', () => {
  const cases: readonly (readonly [z.ZodType, unknown, string])[] = [
    [z.string(), 5, 'must be a string'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.array(z.string()), 'a', 'must be a list'],
    [z.strictObject({}), 'a', 'must be an object'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(2), 'a', 'must have at least 2 characters'],
    [z.string().max(1), 'ab', 'must have at most 1 character'],
    [z.array(z.int()).min(1), [], 'must not be empty'],
    [z.array(z.int()).max(1), [1, 2], 'must have at most 1 entry'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().gt(1), 1, 'must be above 1'],
    [z.number().max(1), 2, 'must be at most 1'],
    [z.enum(['resend', 'drop']), 'x', 'must be one of "resend", "drop"'],
    [z.literal('IDR'), 'USD', 'must be "IDR"'],
    [z.iso.date(), 'x', 'must be a date such as "2026-11-24"'],
    [z.string('must be a duration'), 5, 'must be a duration'],
  ];
  for (const [schema, value, message] of cases) assert.deepEqual(told(schema, value), [message]);
  const said = told(purchaseInputSchema, {
    partnerReferenceNo: 5,
    customerId: '',
    amount: { value: 5, currency: 'USD' },
    returnUrl: 5,
    acknowledgeWithin: 5,
    payWithin: '',
    extra: 1,
  });
  assert.ok(said.length >= 7, said.join('; '));
  for (const message of said) assert.match(message, /^(?:must |is )/);
});

test('an amount that is a number, or a string, is told how it is written', () => {
  const order = { partnerReferenceNo: 'INV-1', customerId: 'c-1', returnUrl: 'https://a.id/b' };
  const asked = { ...order, payWithin: '30 minutes' };
  for (const amount of [25_000, '25000.00', true])
    assert.deepEqual(told(purchaseInputSchema, { ...asked, amount }), [
      'must be an object such as {"value":"25000.00","currency":"IDR"}',
    ]);
  assert.deepEqual(told(purchaseInputSchema, asked), ['is missing']);
  const amount = { value: '25000.00', currency: 'IDR', tax: '1.00' };
  assert.deepEqual(told(purchaseInputSchema, { ...asked, amount }), ['is not known here']);
});

interface Form {
  readonly properties?: Readonly<Record<string, Form>>;
  readonly anyOf?: readonly Form[];
}

/** Of such a form, with the same in the place of every field. */
function filled({ anyOf: [form] = [], properties }: Form, value: unknown): unknown {
  if (form) return filled(form, value);
  if (!properties) return value;
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, filled(inner, value)]),
  );
}

/** One that follows from the other, or is false as the other is not kept, sends whoever reads it looking for a second mistake. */
test('what is empty, or no amount, breaks one rule of its field and no other', () => {
  const schemas = Object.values(journeys).flatMap(({ input, first, updates = [] }) => [
    input,
    first?.argument,
    ...updates.map(({ argument }) => argument),
  ]);
  const twice = schemas.flatMap((schema) =>
    ['', 'abc'].flatMap((value) => {
      if (!schema) return [];
      const given = filled(z.toJSONSchema(schema, { io: 'input' }) as Form, value);
      const { error } = schema.safeParse(given, PLAIN_WORDS);
      const issues = error ? fieldIssues(error, 'input', given) : [];
      return issues.filter(({ path }, at) => issues.findIndex((one) => one.path === path) !== at);
    }),
  );
  assert.ok(schemas.length > 30, `${schemas.length}`);
  assert.deepEqual(twice, []);
});
