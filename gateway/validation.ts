/**
 * What a request brings, held against its route's schemas.
 *
 * @module
 */
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import type * as z from 'zod';
import { type FieldIssue, fieldIssues } from '../contract/issues.js';
import { PLAIN_WORDS } from '../contract/plain-words.js';
import { invalidInput, WrongRequestError } from './problems/translation.js';

/** For fastify, which says of which part of the request it is. */
export const checkedParts: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const result = schema.safeParse(data, PLAIN_WORDS);
    if (result.success) return { value: result.data };
    const issues = fieldIssues(result.error, undefined, data);
    return { error: new WrongRequestError(isObject(data) ? issues : noObject(schema)) };
  };

/** Of a body alone; also of an empty array, which PHP makes of an empty one of its own. */
function noObject(schema: z.ZodType): FieldIssue[] {
  const { error } = schema.safeParse({}, PLAIN_WORDS);
  if (!error) return [{ path: '', message: 'must be a JSON object, and {} is one' }];
  // With what will be missing next: nobody is to meet one mistake after the other.
  return [
    { path: '', message: 'must be a JSON object: {…}' },
    ...fieldIssues(error, undefined, {}),
  ];
}

const isObject = (data: unknown) =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** What the path names may be said once more in the body, as a whole input has it: the same. */
export function takeKeysInBodies(server: FastifyInstance): void {
  server.addHook('preValidation', async ({ method, params, body }) => {
    if (method !== 'PUT' || body === null || typeof body !== 'object') return;
    const issues: FieldIssue[] = [];
    for (const [name, value] of Object.entries(params as Record<string, string>)) {
      if (!Object.hasOwn(body, name)) continue;
      const members = body as Record<string, unknown>;
      if (members[name] === value) delete members[name];
      else issues.push({ path: name, message: 'is not what the path says: leave it out' });
    }
    if (issues.length > 0) throw invalidInput(issues);
  });
}
