import type * as z from 'zod';

/** The name of an operation: the key of its path in the settings, and its name in logs and in the sandbox. */
export const OPERATIONS = [
  'tokenB2B',
  'tokenB2B2C',
  'accountCreation',
  'verifyOtp',
  'accountBinding',
  'accountInquiry',
  'accountUnbinding',
  'balanceInquiry',
  'bankAccountInquiry',
  'transferBank',
  'topUp',
  'topUpStatus',
  'purchase',
  'purchaseStatus',
  'purchaseCancel',
  'purchaseRefund',
  'historyList',
  'historyDetail',
  'requestOtp',
  'authPayment',
  'authCapture',
  'authVoid',
  'topUpInquiry',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** One of DOKU's endpoints: what may be asked, what comes back, and what a lost answer means. */
export interface Endpoint<
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly operation: Operation;
  /** SNAP's service code, the middle of every `responseCode`. */
  readonly serviceCode: string;
  /** Whether a lost answer leaves money, or a person's patience, in doubt: then nothing unclear is a "no". */
  readonly movesMoney: boolean;
  /** Strict: unknown fields are refused, with their path. */
  readonly request: Request;
  /** Loose: unknown fields pass; what a success cannot do without is required. */
  readonly response: Response;
  /**
   * Pairs of fields that must be equal when the answer has them: [request field, answer field]. Another value is the
   * answer to another request.
   */
  readonly echoes: readonly (readonly [string, string])[];
  /**
   * Fields of the answer that may be absent but not unreadable, as a decision takes their absence for an answer; entries
   * of a list are `*`.
   */
  readonly judgedBy?: readonly string[];
}

/** Keeps the schemas' types. */
export const endpoint = <Request extends z.ZodType, Response extends z.ZodType>(
  definition: Endpoint<Request, Response>,
): Endpoint<Request, Response> => definition;

export type RequestOf<E> = E extends Endpoint<infer Request, z.ZodType> ? z.input<Request> : never;
export type ResponseOf<E> =
  E extends Endpoint<z.ZodType, infer Response> ? z.output<Response> : never;
