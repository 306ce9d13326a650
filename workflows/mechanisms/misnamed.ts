import { workflowInfo } from '@temporalio/workflow';
import { journeys } from '../../contract/journeys.js';

/** A field of the input that makes the workflow ID. */
const FIELD = /\{(\w+)\}/g;

/** What is not as it is to be in an input. */
export interface Misnamed {
  /** Of the last of the fields that make the workflow ID. */
  readonly path: string;
  readonly why: string;
}

/**
 * Whether a journey's workflow ID is made of another number than its input holds: two journeys would then have one number, and
 * each take what the other did for its own (money rule 1). A field that is missing is for the schema to name.
 */
export function misnamed(input: unknown): Misnamed | undefined {
  const { workflowId, workflowType } = workflowInfo();
  const { found, workflowId: form } = journeys[workflowType] ?? {};
  if (found === undefined || form === undefined || typeof input !== 'object') return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...input };
  const names = [...form.matchAll(FIELD)].map(([, name = '']) => name);
  if (names.some((name) => typeof fields[name] !== 'string')) return undefined;
  const own = form.replace(FIELD, (_, name: string) => String(fields[name]));
  return own === workflowId
    ? undefined
    : { path: `input.${names.at(-1)}`, why: `is not that of the workflow ID, ${form}` };
}
