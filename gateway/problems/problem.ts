import * as z from 'zod';
import { attentionSchema } from '../../contract/needs-attention.js';
import { kindOf, PROBLEMS, type ProblemName } from './table.js';

/** Where one field is wrong: its path in the body, or `query.…` and `path.…`, and the rule; never its value. */
export const fieldMistakeSchema = z.object({ path: z.string(), message: z.string() }).readonly();
export type FieldMistake = z.output<typeof fieldMistakeSchema>;

/** What some errors say beyond what all say. */
export const problemDetailsSchema = z.object({
  fields: z.array(fieldMistakeSchema).readonly().exactOptional(),
  /** By the row as people count, and by its column. */
  rows: z
    .array(z.object({ row: z.int(), column: z.string(), message: z.string() }).readonly())
    .readonly()
    .exactOptional(),
  /** How the journey ended, in the words of its contract. */
  result: z.unknown().exactOptional(),
  /** The input of this request, and that of the journey: numbers, amounts and durations, and `…` for all else. */
  given: z.unknown().exactOptional(),
  existing: z.unknown().exactOptional(),
  /** Paths of the fields in which the two differ. */
  differing: z.array(z.string()).readonly().exactOptional(),
  /** DOKU's case. */
  refusal: z.string().exactOptional(),
  scope: z.string().exactOptional(),
  /** What an operator is to decide: why, what is known, what to check, by which decisions. */
  attention: attentionSchema.exactOptional(),
});
export type ProblemDetails = z.output<typeof problemDetailsSchema>;

/** The body of every error: `application/problem+json` (RFC 9457). */
export const problemSchema = z.object({
  /** Where it is explained: `/problems#InvalidInput`, relative to the gateway. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** What to decide by: the name in the table. */
  error: z.enum(Object.keys(PROBLEMS) as [ProblemName, ...ProblemName[]]),
  whatToDo: z.string(),
  /** Whether the same request again, without any change, may bring what was asked for. */
  retryable: z.boolean(),
  /** Seconds to wait before; also in the header `Retry-After`. */
  retryAfter: z.int().exactOptional(),
  /** By which the log has it. */
  requestId: z.string(),
  ...problemDetailsSchema.shape,
});
export type ProblemBody = z.output<typeof problemSchema>;

export const PROBLEM_TYPE = 'application/problem+json';

/** An error that is answered as it is. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly problem: ProblemName;
  readonly details: ProblemDetails;
  readonly retryAfter: number | undefined;

  /** @param detail - what happened this time. Nothing secret, and nobody's. */
  constructor(
    problem: ProblemName,
    detail?: string,
    more: { details?: ProblemDetails; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(detail ?? kindOf(problem).title, { cause: more.cause });
    this.problem = problem;
    this.details = more.details ?? {};
    this.retryAfter = more.retryAfter ?? kindOf(problem).retryAfter;
  }

  get status(): number {
    return kindOf(this.problem).status;
  }

  body(requestId: string): ProblemBody {
    const { title, status, whatToDo, retryAfter } = kindOf(this.problem);
    return {
      type: `/problems#${this.problem}`,
      title,
      status,
      detail: this.message,
      error: this.problem,
      whatToDo,
      retryable: retryAfter !== undefined,
      ...(this.retryAfter !== undefined && { retryAfter: this.retryAfter }),
      requestId,
      ...this.details,
    };
  }
}
