import type * as z from 'zod';
import { type JourneyContract, journeys } from './journeys.js';

/** What the workflow IDs of a journey look like, by those of its number. */
const FORMS: readonly (readonly [RegExp, JourneyContract])[] = Object.values(journeys).map(
  (journey) => [formOf(journey.workflowId), journey],
);

function formOf(workflowId: string): RegExp {
  const parts = workflowId
    .split(/\{[^}]*\}/)
    .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** @returns what a journey of this workflow ID ends with; nothing where its ID does not tell which journey it is. */
export const resultSchemaOf = (workflowId: string): z.ZodType | undefined =>
  journeyOf(workflowId)?.result;

const journeyOf = (workflowId: string): JourneyContract | undefined =>
  FORMS.find(([form]) => form.test(workflowId))?.[1];

/** Whether a journey may answer an update, or a question for its status, so; true of what the contract does not say of it. */
export function mayAnswer(workflowId: string, asked: string, answer: unknown): boolean {
  const { first, updates = [], status } = journeyOf(workflowId) ?? {};
  const [meant] = [first, ...updates, status].filter((message) => message?.name === asked);
  if (meant === undefined) return true;
  if (meant.result === undefined) return answer === undefined || answer === null;
  return meant.result.safeParse(answer).success;
}
