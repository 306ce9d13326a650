import { PROBLEM_TYPE, problemSchema } from '../problems/problem.js';

const problem = {
  description: 'See /problems',
  content: { [PROBLEM_TYPE]: { schema: problemSchema } },
};

/** What every route may answer instead, for OpenAPI. */
export const problemResponses = { '4xx': problem, '5xx': problem } as const;
