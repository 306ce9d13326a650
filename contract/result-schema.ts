import type * as z from 'zod';
import { journeys } from './journeys.js';

/** What the workflow IDs of a journey look like, by those of its number. */
const FORMS: readonly (readonly [RegExp, z.ZodType])[] = Object.values(journeys).map(
  ({ workflowId, result }) => [formOf(workflowId), result],
);

function formOf(workflowId: string): RegExp {
  const parts = workflowId
    .split(/\{[^}]*\}/)
    .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** @returns what a journey of this workflow ID ends with; nothing where its ID does not tell which journey it is. */
export const resultSchemaOf = (workflowId: string): z.ZodType | undefined =>
  FORMS.find(([form]) => form.test(workflowId))?.[1];
