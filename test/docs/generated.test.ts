import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DokuJourneys } from '../../client/index.js';
import { journeys } from '../../contract/journeys.js';
import { clientParts } from '../../docs/generate/client.js';
import { withParts } from '../../docs/generate/marked.js';
import { schemaFiles } from '../../docs/generate/schemas.js';
import { generatedParts } from '../../docs/generate/tables.js';
import * as workflows from '../../workflows/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMAS = path.join(ROOT, 'schemas');

describe('what is generated from the contract is as the contract is: `npm run generate` makes it so', () => {
  test('each JSON Schema', () => {
    const committed = readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(path.join(SCHEMAS, file)).isFile())
      .map((file) => file.replaceAll(path.sep, '/'));
    const made = schemaFiles();
    assert.deepEqual(committed.sort(), [...made.keys()].sort());
    for (const [file, text] of made)
      assert.equal(readFileSync(path.join(SCHEMAS, file), 'utf8'), text, file);
  });

  test('the tables of the handbook', () => {
    for (const name of ['client.md', 'journeys.md', 'protocol.md']) {
      const page = readFileSync(path.join(ROOT, 'docs', name), 'utf8');
      assert.equal(withParts(page, { ...generatedParts(), ...clientParts() }), page, name);
      assert.throws(() => withParts(page, {}), /nobody makes the part/);
    }
  });

  test('every method of the client is in its tables', () => {
    const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
    const parts = clientParts();
    const methods = Object.entries(new DokuJourneys({ client })).flatMap(([room, has]) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(has))
        .filter((name) => name !== 'constructor')
        .map((name) => `\`${room}.${name}(`),
    );
    assert.ok(methods.length > 30, `${methods.length} methods`);
    assert.deepEqual(
      methods.filter((start) => !parts.clientMethods?.includes(start)),
      [],
    );
  });

  test('of every workflow that a backend starts', () => {
    // Those that live on, and those that only another journey starts.
    const inner = [
      'accountOwner',
      'claimedNumbers',
      'eventDelivery',
      'merchantSession',
      'refundTurn',
      'wallet',
    ];
    assert.deepEqual([...Object.keys(journeys), ...inner].sort(), Object.keys(workflows).sort());
  });

  test('of an error that brings a result, or an answer, it says of which journey', () => {
    const { workflows: indexed } = JSON.parse(schemaFiles().get('index.json') ?? '') as {
      workflows: Record<
        string,
        { updates: Record<string, { errors: Record<string, { details: string | null }> }> }
      >;
    };
    const details = Object.values(indexed).flatMap(({ updates }) =>
      Object.values(updates).flatMap(({ errors }) =>
        Object.entries(errors).map(([type, held]) => [type, held.details] as const),
      ),
    );
    const brought = details.filter(([type]) => type === 'JourneyEnded' || type === 'Answered');
    assert.ok(brought.length > 20);
    assert.deepEqual(
      brought.filter(([, file]) => !file || file.startsWith('errors/')),
      [],
    );
    const mismatches = details.filter(([type, file]) => type === 'InputMismatch' && file !== null);
    assert.deepEqual(
      mismatches.map(([, file]) => file),
      ['capture', 'void'].map((step) => `authorizedPurchase/${step}.InputMismatch.json`),
    );
  });

  test('of a field that may be left out it says so, with what it is then', () => {
    const { required, properties } = JSON.parse(schemaFiles().get('purchase/input.json') ?? '');
    assert.ok(!required.includes('payWithin'));
    assert.equal(properties.payWithin.default, '30 minutes');
    assert.ok(
      properties.acknowledgeWithin.anyOf.some(({ type }: { type: string }) => type === 'null'),
    );
  });
});
