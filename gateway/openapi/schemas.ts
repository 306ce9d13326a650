import * as z from 'zod';
import * as contract from '../../contract/index.js';
import { problemSchema } from '../problems/problem.js';

/** Of the journeys' own dealings with each other: no backend sees them. */
const INTERNAL =
  /^(?:account(?:Claim|Owner)|bind|unbind|customer(?:Grant|Token)|wallet|merchant|part|recheck|eventDelivery|token|issued|firstAnswer)/;

/** The contract's schemas by their names in OpenAPI: `PurchaseView` of `purchaseViewSchema`. */
export const schemaRegistry = z.registry<{ id: string }>();
for (const [name, schema] of Object.entries(contract as Record<string, unknown>)) {
  if (!isShape(schema) || INTERNAL.test(name)) continue;
  const bare = name.replace(/Schema$/, '');
  schemaRegistry.add(schema, { id: `${bare.charAt(0).toUpperCase()}${bare.slice(1)}` });
}
schemaRegistry.add(problemSchema, { id: 'Problem' });

function isShape(schema: unknown): schema is z.ZodType {
  return (
    schema instanceof z.ZodObject ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodDiscriminatedUnion
  );
}
