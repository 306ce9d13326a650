import {
  type CheckInput,
  type CheckResult,
  CONTRACT,
  checkInputSchema,
} from '../../contract/check.js';
import { parsed } from '../mechanisms/bad-input.js';

/** Answers a backend that wants to know whether it and the workers can read one another. */
export async function check(input: CheckInput): Promise<CheckResult> {
  parsed(checkInputSchema, input, 'input');
  return { contract: CONTRACT };
}
