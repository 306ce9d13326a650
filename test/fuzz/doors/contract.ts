import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import * as contract from '../../../contract/index.js';
import { doorOf } from '../door.js';
import { oddObject, oddValue } from '../texts.js';

const exported: [string, unknown][] = Object.entries(contract);
const SCHEMAS = exported.filter(
  (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType,
);
const NAMES = [
  ...new Set(
    SCHEMAS.flatMap(([, schema]) => ('shape' in schema ? Object.keys(schema.shape as object) : [])),
  ),
];

/** What backends of any language send: inputs, arguments of updates, and what comes back. */
export const schemas = doorOf('schemas of the contract', 20, async () => ({
  inputs: fc.record({
    schema: fc.nat(SCHEMAS.length - 1),
    value: fc.oneof(oddObject(NAMES, oddValue(NAMES)), oddValue(NAMES), fc.anything()),
  }),
  takes: ({ schema: index, value }) => {
    const [name, schema] = SCHEMAS[index] as [string, z.ZodType];
    const result = schema.safeParse(value);
    if (!result.success) return void contract.describeIssues(result.error, name, value);
    assert.deepEqual(Object.keys(Object.prototype), [], 'all objects were given a member');
  },
}));
