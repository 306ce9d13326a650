/**
 * Where the signed client gets its tokens. DOKU honours only the latest token of a credential, so
 * a process never fetches one for itself: the implementation asks the `merchantSession` and `wallet`
 * entity workflows, which are the only callers of the token endpoints (money rule 9).
 *
 * @module
 */
import type { IssuedToken } from '../../contract/merchant-session.js';

export type { IssuedToken };

export interface TokenSource {
  /** @param refusedGeneration - the generation DOKU just refused; a newer one is returned. */
  b2b(refusedGeneration?: number): Promise<IssuedToken>;
  /**
   * @param refusedGeneration - the generation DOKU just refused; a newer one is returned.
   * @param accountId - the account that is meant: a token of another one is never returned. Without it the account that
   * the customer is bound to now is meant.
   * @throws CustomerNotBoundError when no such binding of that customer is known or it ended.
   */
  customer(
    customerId: string,
    refusedGeneration?: number,
    accountId?: string,
  ): Promise<IssuedToken>;
}

/** The customer has no bound DOKU account, so nothing can be asked in their name. */
export class CustomerNotBoundError extends Error {
  override readonly name = 'CustomerNotBoundError';
  constructor(readonly customerId: string) {
    super(`customer ${customerId} has no bound DOKU account`);
  }
}
