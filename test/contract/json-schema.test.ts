import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod';
import * as contract from '../../contract/index.js';

type Message = contract.UpdateMessage | contract.SignalMessage | contract.QueryMessage;

const exported: [string, unknown][] = Object.entries(contract);
const schemas = exported.filter(
  (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType,
);
const messages = exported.filter((entry): entry is [string, Message] =>
  /(?:Update|Signal|Query)$/.test(entry[0]),
);

describe('every schema of the contract can be read as JSON Schema', () => {
  test('and is found by its name', () => {
    assert.ok(schemas.length > 60);
    for (const [name] of schemas) assert.match(name, /Schema$/);
  });
  for (const [name, schema] of schemas) {
    for (const io of ['input', 'output'] as const) {
      test(`${name}, ${io}`, () => assert.ok(z.toJSONSchema(schema, { io })));
    }
  }
  for (const [name, message] of messages) {
    test(name, () => {
      const argument = 'argument' in message ? message.argument : undefined;
      const errors = 'errors' in message ? (message.errors ?? []) : [];
      const result = 'result' in message ? message.result : undefined;
      for (const schema of [argument, result, ...errors.map(({ details }) => details)])
        if (schema) assert.ok(z.toJSONSchema(schema, { io: 'input' }));
    });
  }
});

describe('what the schemas say', () => {
  const properties = (schema: z.ZodType, io: 'input' | 'output' = 'output') =>
    z.toJSONSchema(schema, { io }) as {
      required: string[];
      properties: Record<string, { enum?: string[]; type?: string; format?: string }>;
    };

  test('a purchase takes what its defaults leave out, and ends with what is always there', () => {
    assert.deepEqual(properties(contract.purchaseInputSchema, 'input').required, [
      'partnerReferenceNo',
      'customerId',
      'amount',
      'returnUrl',
    ]);
    assert.deepEqual(properties(contract.purchaseResultSchema).required, [
      'partnerReferenceNo',
      'amount',
      'outcome',
      'reason',
    ]);
  });

  test("a status is one of the journey's own, or how it ended", () => {
    const status = properties(contract.purchaseViewSchema).properties.status;
    assert.deepEqual(status?.enum, [
      'requesting',
      'awaiting-payment',
      'awaiting-acknowledgement',
      'reversing',
      'in-doubt',
      'needs-attention',
      ...contract.purchaseOutcomeSchema.options,
    ]);
  });

  test('a time of ours is a date-time', () => {
    const { expiresAt } = properties(contract.purchaseRedirectSchema).properties;
    assert.equal(expiresAt?.format, 'date-time');
  });

  test('the phone number comes out as DOKU takes it', () => {
    const input = {
      customerId: 'customer-1',
      reference: 'opening-1',
      redirectUrl: 'https://shop.example/back',
      customer: { name: 'Budi Santoso', phoneNo: '0812 3456 7890', email: 'budi@example.com' },
    };
    const { customer } = contract.openAccountInputSchema.parse(input);
    assert.equal(customer?.phoneNo, '6281234567890');
  });

  test('a result of a later version, with a field more, is still one', () => {
    const result = {
      partnerReferenceNo: 'order-1',
      amount: { value: '10000.00', currency: 'IDR' },
      outcome: 'paid',
      reason: 'customer-paid',
      settledAt: 'tomorrow',
    };
    assert.equal(contract.purchaseResultSchema.safeParse(result).success, true);
    assert.equal(
      contract.purchaseResultSchema.safeParse({ ...result, outcome: 'lost' }).success,
      false,
    );
  });

  test('a next step is told by what it shows', () => {
    const step = contract.nextStepSchema.parse({
      show: 'enter-otp',
      triesLeft: 3,
      expiresAt: '2026-11-27T07:00:00.000Z',
    });
    assert.equal(step.show, 'enter-otp');
    assert.equal(contract.nextStepSchema.safeParse({ show: 'dance' }).success, false);
  });
});

describe('what the messages say', () => {
  const typesOf = (message: { errors?: readonly { type: string }[] }) =>
    message.errors?.map(({ type }) => type);

  test('a message is its type and name, and the schemas of what is sent and answered', () => {
    const { errors, ...cancel } = contract.cancelUpdate;
    assert.deepEqual(cancel, {
      type: 'update',
      name: 'cancel',
      argument: contract.cancelArgumentSchema,
      result: contract.purchaseResultSchema,
    });
    assert.deepEqual(typesOf({ ...(errors && { errors }) }), [
      'InvalidInput',
      'NotCancellable',
      'HandedOver',
    ]);
    assert.deepEqual(contract.fundedSignal, { type: 'signal', name: 'funded' });
  });

  test('an update with a field to check may be refused as invalid', () => {
    for (const [name, message] of messages) {
      if (message.type === 'update' && message.argument)
        assert.ok(typesOf(message)?.includes('InvalidInput'), name);
    }
  });

  test('each error is one that translators know', () => {
    for (const [name, message] of messages)
      for (const type of ('errors' in message && typesOf(message)) || [])
        assert.ok(contract.errorTypeSchema.safeParse(type).success, `${name}: ${type}`);
  });
});
