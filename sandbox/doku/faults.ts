import * as z from 'zod';

export const OPERATION_NAMES = [
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
export type OperationName = (typeof OPERATION_NAMES)[number];

export const FAULT_NAMES = [
  'drop',
  'hang',
  'slow',
  'truncated',
  'empty',
  'notJson',
  'html502',
  'http500',
  'http504',
  'http429',
  'inProgress',
  'conflict',
  'replay',
  'staleToken',
  'wrongReference',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

export const faultSchema = z.strictObject({
  operation: z.enum(OPERATION_NAMES),
  fault: z.enum(FAULT_NAMES),
  /** `before`: the effect did not happen; `after`: it did. */
  when: z.enum(['before', 'after']),
  times: z.int().min(1).max(1_000_000).default(1),
  /** For `slow` and `hang`. */
  delayMs: z.int().min(0).max(600_000).optional(),
  match: z.strictObject({ partnerReferenceNo: z.string().min(1) }).optional(),
});
export type Fault = z.output<typeof faultSchema>;

/** Faults that the next matching requests meet, first planned first met. */
export class Faults {
  #planned: (Fault & { left: number })[] = [];

  plan(fault: Fault): void {
    this.#planned.push({ ...fault, left: fault.times });
  }

  /** @param references - those the request names. */
  take(operation: OperationName, references: readonly string[]): Fault | undefined {
    const fault = this.#planned.find(
      (candidate) =>
        candidate.operation === operation &&
        (!candidate.match || references.includes(candidate.match.partnerReferenceNo)),
    );
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left === 0) this.#planned = this.#planned.filter((other) => other !== fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.#planned;
  }

  clear(): void {
    this.#planned = [];
  }
}
