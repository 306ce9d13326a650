import type { TopUpResult } from '../../contract/top-up.js';

/** What the end of a top-up adds to its input. */
export type End = Omit<TopUpResult, 'partnerReferenceNo' | 'amount' | 'referenceNo' | 'resolution'>;

/** Stopped before it was sent. */
export const CANCELLED: End = { outcome: 'failed', refusal: 'cancelled' };
